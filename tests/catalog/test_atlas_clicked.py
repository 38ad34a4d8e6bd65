"""Clicking through the atlas of all bases in headless Chromium, opened from disk."""

import os
import shutil

import pytest

from mesacircuits.catalog.atlas import write_atlas
from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.enumeration import Effort, enumerate_minima

pytestmark = pytest.mark.slow

selenium = pytest.importorskip("selenium", reason="needs pip install '.[browser]'")
if shutil.which("chromedriver") is None or shutil.which("chromium") is None:
    pytest.skip("needs Debian's chromium and chromium-driver", allow_module_level=True)

from selenium import webdriver  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

_ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,1400",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("atlas")
    report = write_atlas(folder)
    assert report.first_view < 300 * 1024
    print(report)
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    profile = tmp_path_factory.mktemp("profile")
    for argument in (*_ARGUMENTS, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


@pytest.fixture
def at(browser, folder):
    """Return a function that opens a page of the atlas; no script may have failed at the end."""

    def open_page(path):
        browser.get(f"file://{folder}/{path}")
        return browser

    yield open_page
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def named(browser, name):
    return browser.find_element(By.NAME, name)


def rows(browser):
    return browser.find_elements(By.CSS_SELECTOR, "#classes tbody tr")


def drawn(browser, section):
    box = browser.find_element(By.ID, section)
    box.find_element(By.TAG_NAME, "button").click()
    WebDriverWait(browser, 30).until(lambda _: box.find_elements(By.TAG_NAME, "svg"))
    return box


def test_filters(at):
    browser = at("index.html")
    assert len(rows(browser)) == 222
    for name, value, count in (
        ("tag", "search-like", 13),
        ("differ", "minima", 10),
        ("order", "depth-size", None),
        ("tag", "", None),
        ("differ", "", 222),
        ("inputs", "3", 14),
    ):
        Select(named(browser, name)).select_by_value(value)
        if count is not None and name != "differ":
            assert len(rows(browser)) == count
    named(browser, "low").send_keys("4")
    assert all(int(row.find_elements(By.TAG_NAME, "td")[1].text) >= 4 for row in rows(browser))
    assert "classes" in browser.find_element(By.ID, "count").text


def test_sorting(at):
    browser = at("index.html")
    button = browser.find_elements(By.CSS_SELECTOR, "#classes th button")[4]
    button.click()
    button.click()
    counts = [
        int(row.find_elements(By.TAG_NAME, "td")[3].text.replace(",", "")) for row in rows(browser)
    ]
    assert counts == sorted(counts, reverse=True)
    heads = browser.find_elements(By.CSS_SELECTOR, "#classes thead th")
    assert [head.get_attribute("aria-sort") for head in heads].count("descending") == 1


@pytest.mark.parametrize("text", ["8000", "0xE8", "1668", "7", "fffe"])
def test_searching_by_truth_table_with_the_keyboard_alone(at, text):
    browser = at("index.html")
    field = browser.find_element(By.ID, "table")
    field.send_keys(text, Keys.ENTER)
    digits = text.removeprefix("0x")
    inputs = {1: 2, 2: 3, 4: 4}[len(digits)]
    form = npn_canonical(TruthTable.from_hex(inputs, digits))[0].hex
    # The link has the focus, so Enter follows it.
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda b: f"{inputs}-{form}.html" in b.current_url)
    assert browser.find_element(By.TAG_NAME, "h1").text == f"Class {form} of {inputs} inputs"


@pytest.mark.parametrize(
    ("text", "inputs", "table"),
    [
        ("a & (b ^ c)", 3, "28"),
        ("~(a | b) ^ (c & d)", 4, "1EEE"),
        ("expr:a&b", 2, "8"),
        ("tt:3:E8", 3, "E8"),
        ("majority", 3, "E8"),
        ("parity of four", 4, "6996"),
    ],
)
def test_searching_by_expression_and_name(at, text, inputs, table):
    browser = at("index.html")
    browser.find_element(By.ID, "table").send_keys(text, Keys.ENTER)
    form = npn_canonical(TruthTable.from_hex(inputs, table))[0].hex
    links = browser.find_elements(By.CSS_SELECTOR, "#found a")
    assert f"class/{inputs}-{form}.html" in {a.get_dom_attribute("href") for a in links}


def test_what_is_asked_is_kept_in_the_address(at):
    browser = at("index.html#tag=search-like&word=symmetric&sort=-4")
    assert len(rows(browser)) == 2
    assert rows(browser)[0].find_element(By.TAG_NAME, "th").text == "0116"
    Select(named(browser, "word")).select_by_value("")
    assert browser.current_url.endswith("#tag=search-like&sort=-4")
    browser.refresh()
    assert len(rows(browser)) == 13


def test_a_link_leads_to_one_circuit(at):
    browser = at("class/4-0117.html#b2-size-0-944")
    wanted = WebDriverWait(browser, 30).until(lambda b: b.find_elements(By.ID, "b2-size-0-944"))[0]
    assert "search-like" in wanted.text
    assert wanted.find_element(By.TAG_NAME, "a").get_dom_attribute("href") == "#b2-size-0-944"
    # All of the list can be saved.
    saved = [b.text for b in browser.find_elements(By.TAG_NAME, "button") if "Save" in b.text]
    assert saved == ["Save as txt", "Save as json"]


def test_words_say_what_they_mean(at):
    browser = at("class/4-0117.html")
    browser.find_element(By.CSS_SELECTOR, "button.word").click()
    meaning = browser.find_element(By.CSS_SELECTOR, ".meaning")
    assert meaning.is_displayed()
    assert "permuting and negating inputs" in meaning.text


def test_a_text_that_is_no_table_is_told(at):
    browser = at("index.html")
    browser.find_element(By.ID, "table").send_keys("xyz", Keys.ENTER)
    assert "hexadecimal" in browser.find_element(By.ID, "found").text


@pytest.mark.parametrize(
    ("name", "basis", "order"),
    [
        ("01A8", "b2", "size"),
        ("0017", "b2", "depth-size"),
        ("1668", "b2", "size"),
        ("0001", "mux", "depth-size"),
        ("0001", "monotone", "size"),
        ("0001", "nand", "depth-size"),
    ],
)
def test_minima_are_drawn_page_by_page(at, name, basis, order):
    browser = at(f"class/4-{name}.html")
    box = drawn(browser, f"{basis}-{order}")
    first = box.find_element(By.CSS_SELECTOR, ".lists > section")
    table = first.find_element(By.CSS_SELECTOR, ".hex").text
    found = enumerate_minima(f"tt:4:{table}", basis, order, Effort(shipped=True))
    texts = []
    while True:
        pictures = first.find_elements(By.TAG_NAME, "svg")
        shown = [code.text for code in first.find_elements(By.TAG_NAME, "code")]
        labels = [picture.get_attribute("aria-label") for picture in pictures]
        assert labels == shown
        texts += shown
        following = first.find_element(By.NAME, "next")
        if not following.is_enabled():
            break
        following.click()
    assert texts == [str(circuit) for circuit in found.minima]


def test_witnesses_are_marked_and_filtered(at):
    browser = at("class/4-01A8.html")
    box = drawn(browser, "b2-size")
    Select(box.find_element(By.NAME, "which")).select_by_value("search-like")
    [picture] = box.find_elements(By.TAG_NAME, "svg")
    texts = [text.text for text in picture.find_elements(By.TAG_NAME, "text")]
    assert {"candidate 0", "candidate 1"} <= set(texts)
    assert len(picture.find_elements(By.CSS_SELECTOR, "path.wire[stroke-width='2']")) == 2


def test_no_wire_of_a_picture_lies_on_another(at):
    browser = at("class/4-1668.html")
    box = drawn(browser, "b2-size")
    script = """
      return [...arguments[0].querySelectorAll('svg')].map((svg) =>
        [...svg.querySelectorAll('path.wire')].map((p) => p.getAttribute('d')));"""
    for wires in browser.execute_script(script, box):
        uprights = []
        for number, path in enumerate(wires):
            for part in path.split("M")[1:]:
                if "V" in part:
                    start, end = part.split("V")
                    x, y = map(float, start.split())
                    low, high = sorted((y, float(end)))
                    uprights.append((x, low, high, number))
        for i, (x, low, high, wire) in enumerate(uprights):
            for other_x, other_low, other_high, other in uprights[:i]:
                apart = high <= other_low or other_high <= low
                assert wire == other or x != other_x or apart


def test_conjectures(at):
    browser = at("conjectures.html")
    browser.find_element(By.LINK_TEXT, "minimal-circuits").click()
    assert "REFUTED" in browser.find_element(By.CSS_SELECTOR, ".verdict").text.upper()
    assert browser.find_elements(By.CSS_SELECTOR, "figure svg")
    assert "search-like(candidates=3)" in browser.find_element(By.TAG_NAME, "pre").text
    browser.find_element(By.LINK_TEXT, "About").click()
    assert "SHA-256" in browser.find_element(By.TAG_NAME, "main").text


PAGES = (
    "index.html", "conjectures.html", "worlds.html", "choices.html", "programs.html",
    "conjecture/minimal-circuits.html", "conjecture/length-or-time.html", "class/4-0117.html",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_a_narrow_screen_and_what_scrolls_is_reached_by_the_keyboard(at, browser, path):
    narrow = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
    try:
        at(path)
        script = """
          return [document.documentElement.scrollWidth,
            [...document.querySelectorAll('main *')].filter((e) => e.scrollWidth > e.clientWidth
              && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)
              && e.tabIndex < 0 && !e.querySelector('a, button, select, input'))
              .map((e) => e.outerHTML.slice(0, 80))]"""
        width, unreached = browser.execute_script(script)
        assert width <= 390
        assert unreached == []
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_worlds_choices_and_programs(at):
    browser = at("index.html")
    for name, picture in (("Worlds", "figure svg"), ("Choices", "figure svg"), ("Programs", "pre")):
        browser.find_element(By.LINK_TEXT, name).click()
        assert browser.find_element(By.TAG_NAME, "h1").text == name
        links = browser.find_elements(By.CSS_SELECTOR, "td a")
        for link in links:
            target = link.get_dom_attribute("href").removeprefix("#")
            assert browser.find_element(By.ID, target).tag_name == "h2"
        assert len(browser.find_elements(By.CSS_SELECTOR, picture)) >= len(set(links)) // 4


def test_the_plot_of_a_claim_is_shown(at):
    browser = at("conjecture/minimal-circuits.html")
    plot = browser.find_element(By.CSS_SELECTOR, "img.plot")
    assert int(plot.get_property("naturalWidth")) > 300
    heads = [head.text for head in browser.find_elements(By.TAG_NAME, "h2")]
    assert heads == ["What decides it", "Discussion", "Parameters"]


def test_light_and_dark(at, browser):
    seen = set()
    for scheme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        at("index.html")
        body = browser.find_element(By.TAG_NAME, "body")
        seen.add(
            (body.value_of_css_property("background-color"), body.value_of_css_property("color"))
        )
    assert len(seen) == 2
