"""What several commands share: the types of arguments, options, printing results, refusing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from .completion import completed
from .streams import EFFORT, note, read_data, say, show

if TYPE_CHECKING:
    from mesacircuits.circuits import Circuit
    from mesacircuits.definitions import Classifier
    from mesacircuits.enumeration import Effort
    from mesacircuits.programs import Machine, Program
    from mesacircuits.tasks import Task

# Generic from some release of click on.
if TYPE_CHECKING:
    _TextType = click.ParamType[str]
    _NumberType = click.ParamType[int]
else:
    _TextType = _NumberType = click.ParamType

__all__ = [
    "CATALOG",
    "ENGINES",
    "INCONCLUSIVE",
    "INPUT",
    "LARGEST",
    "NAMED",
    "NAMED_OR_INPUT",
    "OUTPUT",
    "OUTPUT_FOLDER",
    "OUTPUT_OR_FOLDER",
    "PAGE",
    "STORE",
    "WHOLE",
    "Command",
    "FileType",
    "Group",
    "NamedType",
    "Result",
    "WholeType",
    "as_json",
    "asked",
    "asked_of",
    "basis",
    "cap",
    "circuit",
    "claims",
    "classifier_of",
    "command",
    "definitions",
    "effort",
    "effort_of",
    "flag",
    "format_of",
    "option",
    "order",
    "output",
    "own_claims_of",
    "program",
    "read_circuit",
    "read_program",
    "refuse",
    "refuse_clashes",
    "seconds",
    "time_limit",
]

_KEY = "mesacircuits.files"

#: Whole numbers are not larger, nor smaller than its negative; sums of some fit a machine word.
LARGEST = 10**15


def refuse_clashes(ctx: click.Context | None, name: str, paths: list[str], written: bool) -> None:
    """Remember files of the command of `ctx`, and refuse those that clash with files before.

    Arguments:
        ctx: as click gives it; None outside of a command, where nothing clashes.
        name: the argument that names the files.
        paths: the files.
        written: whether they are written; else they are only read.

    Raises `click.UsageError` if a file that is written is read as well, or written twice.
    """
    from mesacircuits.errors import ArgumentError
    from mesacircuits.records import refuse_same_files

    outputs, inputs = ({}, {}) if ctx is None else ctx.meta.setdefault(_KEY, ({}, {}))
    into: dict[str, str] = outputs if written else inputs
    for path in paths:
        # Such as a repeatable option; what is only read may be one file.
        own, place = name, 1
        while own in outputs or own in inputs:
            place += 1
            own = f"{name} {place}"
        into[own] = path
    try:
        refuse_same_files(outputs, inputs)
    except ArgumentError as error:
        raise click.UsageError(str(error), ctx) from error


def _name(param: click.Parameter | None) -> str:
    return "path" if param is None else param.opts[0].lstrip("-")


class FileType(_TextType):
    """The name of a file or folder.

    Arguments:
        written: whether the command writes it; else it is only read.
        folder: whether it is a folder, in which the command makes files; None if that depends on
            other arguments.
        beside: returns the files that go with it, beside it.
    """

    name = "file"

    def __init__(
        self,
        written: bool,
        folder: bool | None = False,
        beside: Callable[[str], list[str]] | None = None,
    ) -> None:
        self.written, self.folder, self.beside = written, folder, beside

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, once it is known to be of use."""
        from mesacircuits.records import check_writable

        path, name = str(value), _name(param)
        if not path:
            kind = "folder" if self.folder else "file"
            raise click.UsageError(f"{name}: expected the path of a {kind}, got nothing", ctx)
        if self.folder:
            _check_folder(path, name)
            return path
        paths = [path, *(self.beside(path) if self.beside is not None else [])]
        refuse_clashes(ctx, name, paths, self.written)
        if self.written and self.folder is not None:
            for each in paths:
                if each != "-":
                    check_writable(each, name)
        return path

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that go on so; by the name of the argument."""
        return completed(ctx, param, incomplete)


class _PageType(FileType):
    """The name of a page, FILE.md; any other is that of a folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, once it is known to be of use."""
        if str(value).endswith(".md"):
            return super().convert(value, param, ctx)
        return OUTPUT_FOLDER.convert(value, param, ctx)


def _check_folder(path: str, name: str) -> None:
    """Raise `FileError` if no files can be made in a folder, or the folder cannot be made."""
    from mesacircuits.errors import FileError

    place = os.path.abspath(path)
    # What is not there yet is made in the first folder above it that is.
    while not os.path.lexists(place) and place != os.path.dirname(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        raise FileError(name, "a folder", path)
    if not os.access(place, os.W_OK | os.X_OK):
        raise FileError(name, "a folder that can be written", path)


class NamedType(_TextType):
    """A text that may name files, such as a task, a basis, or a definition of the user's own.

    Arguments:
        whole: whether the whole text may be the name of any file.
    """

    name = "text"

    def __init__(self, whole: bool = False) -> None:
        self.whole = whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, once no file that it names is one that is written."""
        text = str(value)
        named = [path for path in dict.fromkeys(self._candidates(text)) if _is_file(path)]
        refuse_clashes(ctx, _name(param), named, False)
        return text

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that go on so; by the name of the argument."""
        return completed(ctx, param, incomplete)

    def _candidates(self, text: str) -> Iterator[str]:
        if self.whole:
            yield text
        for piece in (text, *re.split(r"[\s;,()]+", text)):
            path = piece.removeprefix("file:")
            # FILE.py:NAME, FILE.blif:MODEL
            path = re.sub(r"\.(py|blif):[^/]*$", r".\1", path)
            # A bare word is the package's, even if a file has that name.
            if path != piece or "." in path:
                yield path


def _side_files(path: str) -> list[str]:
    from mesacircuits.records import SIDE_FILES

    return [path + end for end in SIDE_FILES]


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


class WholeType(_NumberType):
    """A whole number; whether it is in the range of what is asked, the library checks."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        if isinstance(value, int):
            return value
        text = value.strip()
        # Longer ones take time beyond all measure to read.
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,30}", text) else None
        if number is None or abs(number) > LARGEST:
            shown = text if len(text) <= 40 else f"{text[:40]}..."
            self.fail(f"expected a whole number up to {LARGEST:.0e}, got {shown!r}", param, ctx)
        return number


#: A file that is read.
INPUT = FileType(written=False)
#: A file that is written, in place of what was there.
OUTPUT = FileType(written=True)
#: A catalog that is read.
CATALOG = FileType(written=False, beside=_side_files)
#: A file that is read if it is there, and added to.
STORE = FileType(written=True, beside=_side_files)
#: A file or a folder, as other arguments say.
OUTPUT_OR_FOLDER = FileType(written=True, folder=None)
#: A folder in which files are made.
OUTPUT_FOLDER = FileType(written=True, folder=True)
#: A page, with its plot beside it, or a folder for several.
PAGE = _PageType(written=True, beside=lambda path: [f"{path[:-3]}.svg"])
#: A task, a basis, a definition, a sentence.
NAMED = NamedType()
#: A text, or the name of a file of any name.
NAMED_OR_INPUT = NamedType(whole=True)
WHOLE = WholeType()


#: The exit status where the budget ended before the answer was reached.
INCONCLUSIVE = 4

#: What `--engine` may be.
ENGINES = ("auto", "threads", "dask", "sat")

_JSON = "mesacircuits.json"
_Function = Callable[..., Any]
_Decorator = Callable[[_Function], _Function]


# -- results and refusals ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What a command returns: `Command` prints its text or its JSON, and takes its exit status.

    Attributes:
        text, record: the text and the JSON values, or what makes them.
        status: the exit status.
        verdict: what a text that is longer than a screen says once more in its last line.
    """

    text: str | Callable[[], str]
    record: Any
    status: int = 0
    verdict: str = ""

    @classmethod
    def of(cls, found: Any, exhausted: object = True) -> Result:
        """Return what has a text, its `str`, and `to_json`, as the result.

        Arguments:
            exhausted: whether all was reached; else the exit status says that it was not.
        """
        return cls(found.__str__, found.to_json, 0 if exhausted else INCONCLUSIVE)


class Command(click.Command):
    """A command with `--json`, which prints the `Result` that its function returns.

    Arguments:
        example: a command line, which the help shows, without the program's name.
        words: gives the names that the library knows by what stands for them in the help; it is
            called, and the library imported, for the help alone.
        json_help: what `--json` does.
    """

    def __init__(
        self,
        *arguments: Any,
        example: str,
        words: Callable[[], Mapping[str, str]] = dict,
        json_help: str = "Print JSON instead of text.",
        **settings: Any,
    ) -> None:
        super().__init__(*arguments, **settings)
        self.example, self.words = example, words
        self.params.append(
            click.Option(
                ["--json", "as_json"],
                is_flag=True,
                expose_value=False,
                callback=lambda context, _, value: context.meta.update({_JSON: value}),
                help=json_help,
            )
        )

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help, with the names in it."""
        helped = [e for e in (self, *self.params) if isinstance(e, click.Command | click.Option)]
        before = [each.help for each in helped]
        for word, names in self.words().items():
            for each in helped:
                each.help = each.help and each.help.replace(word, names)
        super().format_help(ctx, formatter)
        for each, text in zip(helped, before, strict=True):
            each.help = text

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example below the options."""
        # A line that is too long goes on with its last option.
        line = f"  mesacircuits {self.example}"
        if len(line) > 80:
            line = " \\\n    --".join(line.rsplit(" --", 1))
        formatter.write_paragraph()
        formatter.write(f"Example:\n{line}\n")

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, print its result, and return its exit status."""
        try:
            found = super().invoke(ctx)
        except ValueError as error:
            if (named := self._as_typed(error)) is not None:
                raise named from error
            raise
        if not isinstance(found, Result):
            return found
        if as_json():
            show(None, found.record() if callable(found.record) else found.record)
        else:
            show(found.text() if callable(found.text) else found.text, None, found.verdict)
        return found.status

    def _as_typed(self, error: ValueError) -> ValueError | None:
        """Return an error of an argument under the name that its option has; None for others."""
        from mesacircuits.errors import ArgumentError

        names = [param.name for param in self.params]
        if not isinstance(error, ArgumentError) or error.argument not in names:
            return None
        name = error.argument.replace("_", "-")
        return type(error)(name, error.expected, error.got)


def as_json() -> bool:
    """Return whether the command is to print JSON."""
    return bool(click.get_current_context().meta.get(_JSON))


def command(name: str | None = None, **settings: Any) -> Callable[[Callable[..., Any]], Command]:
    """Return what makes a function a `Command`; settings are those of the class."""
    return click.command(name, Command, **settings)


class Group(click.Group):
    """A group of commands; named without one, it prints its help on stderr, with status 2.

    Arguments:
        sections: the commands under their headings; without them all stand under one.
    """

    command_class = Command

    def __init__(
        self, *arguments: Any, sections: Mapping[str, Sequence[str]] | None = None, **settings: Any
    ) -> None:
        super().__init__(*arguments, **settings)
        self.sections = sections

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, a section each."""
        widest = max(map(len, self.commands))
        for title, names in (self.sections or {"Commands": sorted(self.commands)}).items():
            width = formatter.width - widest - 6
            rows = [
                (name.ljust(widest), self.commands[name].get_short_help_str(width))
                for name in names
            ]
            with formatter.section(title):
                formatter.write_dl(rows)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what comes before the command."""
        # Releases of click differ in where the help goes, and in the status.
        if not args and not ctx.resilient_parsing:
            say(ctx.get_help())
            ctx.exit(2)
        return super().parse_args(ctx, args)


def refuse(wrong: object, said: str) -> None:
    """Refuse what does not go together, with status 2 and before any work, if it is wrong."""
    if wrong:
        raise click.UsageError(said)


# -- options -----------------------------------------------------------------------------------


def option(
    name: str,
    help: str,
    metavar: str | None = None,
    kind: Any = None,
    default: Any = None,
    into: str | None = None,
    **settings: Any,
) -> _Decorator:
    """Return an option whose help shows its default, if it has one.

    Arguments:
        name: with its hyphens.
        metavar: what stands for the value in the help.
        kind: the type of the value, such as those of `arguments`; text if None.
        into: the name of the function's argument, if it is not that of the option.
        settings: further ones of `click.option`.
    """
    if default is not None:
        settings = {"default": default, "show_default": True} | settings
    if kind is None:
        settings["shell_complete"] = completed
    names = [name] if into is None else [name, into]
    return click.option(*names, help=help, metavar=metavar, type=kind, **settings)


def flag(name: str, help: str, into: str | None = None) -> _Decorator:
    """Return an option without a value."""
    return click.option(*([name] if into is None else [name, into]), is_flag=True, help=help)


def _together(*options: _Decorator) -> _Decorator:
    """Return several options as one, the first on top in the help."""

    def add(function: _Function) -> _Function:
        for each in reversed(options):
            function = each(function)
        return function

    return add


def _several(name: str, help: str, metavar: str) -> _Decorator:
    return option(name, f"{help} Repeatable.", metavar, NAMED, multiple=True)


# Names are checked by the library, which knows them: a Choice would need to import it for --help.
basis = option("--basis", "Basis: see `bases`.", "NAME", NAMED, "b2")
order = option(
    "--order",
    "What minimal means: size, depth-size, size-depth, depth, pareto, formula.",
    "NAME",
    default="size",
)
cap = option("--cap", "Greatest size, for the order depth.", "SIZE", WHOLE)
_asked = _together(
    option("--first", "Stop after K minima, known to be minimal.", "K", WHOLE),
    option("--at-most", "Look at circuits of at most R gates (or cost, as 3 or 1/3).", "R"),
    option("--exactly", "Instead of the minima: the circuits of R gates (or cost).", "R"),
    option("--fanout", "At most N gates and outputs read any one gate.", "N", WHOLE),
    option("--depth-at-most", "The greatest depth.", "D", WHOLE),
    _several("--arrival", "When inputs arrive, which depth counts from: a=2,b=1.", "DEPTHS"),
    _several("--given", "Functions that are there as further inputs: expr:a & b.", "TABLES"),
    _several("--fix", "Functions that some wire computes; gate:a & b, wire:a -> b.", "GATES"),
    _several("--forbid", "Functions that no gate computes; gates; wires.", "GATES"),
    option(
        "--topology",
        "Gates by depth, as 2,2,1; or which wires gates read: g1 = a, b; g2 = ?, g1; or a circuit.",
        "TEXT|FILE",
        NAMED_OR_INPUT,
    ),
)
_fresh = flag("--fresh", "Search, even if minima shipped with the package answer.")
output = option("--output", "Write to a file instead of stdout.", "FILE", OUTPUT)
claims = option(
    "--claims", "Also the claims in FILE.toml (sentences) or FILE.py (which is run).", "FILE", INPUT
)
circuit = option(
    "--circuit",
    'A circuit of your own: "g1 = a & b; out = ~g1", or a file of any format that `convert` reads.',
    "TEXT|FILE",
    NAMED_OR_INPUT,
)
program = option(
    "--program",
    'A program of your own: "0: inc r0; query r1, r0; jz r1, 0", or a file with its text '
    "or its JSON form.",
    "TEXT|FILE",
    NAMED_OR_INPUT,
)


def asked(function: _Function) -> _Function:
    """Add the options for some of the minima, and for constraints; `asked_of` takes them."""
    return _asked(function)


def asked_of(
    names: Sequence[str] | None,
    first: int | None,
    at_most: str | None,
    exactly: str | None,
    **constraints: Any,
) -> dict[str, Any]:
    """Return what the options of `asked` say, as arguments of `enumerate_minima`.

    `names` are what inputs are called; None for a, b, c, ...
    """
    from mesacircuits.enumeration.constraints import constraints_of

    bounds = {"first": first, "at_most": at_most, "exactly": exactly}
    if constraints.get("topology") is not None:
        constraints["topology"] = _read_topology(constraints["topology"], names)
    kept = constraints_of(**constraints, names=names)
    said = {name: value for name, value in bounds.items() if value is not None}
    return said | ({"constraints": kept} if kept else {})


def _read_topology(given: str, names: Sequence[str] | None) -> Any:
    # A file of a circuit, or of a text; or a text itself.
    from mesacircuits.circuits.formats import CIRCUIT_FORMATS, model_of_path, read_circuit
    from mesacircuits.enumeration.topology import parse_topology
    from mesacircuits.records import file_contents, read_bytes

    form = Path(model_of_path(given)[0]).suffix.lower().removeprefix(".")
    if form in {*CIRCUIT_FORMATS} - {"txt"}:
        return read_circuit(given)
    if os.path.isfile(given):
        with file_contents():
            return parse_topology(read_bytes(given, "path").decode(errors="replace"), names)
    return parse_topology(given, names)


def read_circuit(given: str, task: Task) -> Circuit:
    """Return the circuit that an argument states: its text, or a file of any format of circuits.

    Arguments:
        given: the argument.
        task: says how many inputs there are, and what they are called, where a text does not.
    """
    from mesacircuits.circuits.formats import (
        CIRCUIT_FORMATS,
        model_of_path,
        parse_circuit,
        read_circuit,
        read_text,
    )
    from mesacircuits.circuits.names import names_of, usual_names
    from mesacircuits.records import file_contents, read_bytes

    names = names_of(task)
    if "=" in given and not os.path.exists(given):
        called = usual_names(task.inputs, 0)[0] if names is None else names.inputs
        circuit = read_text(given, "circuit", called)
    elif Path(model_of_path(given)[0]).suffix.lower().removeprefix(".") in CIRCUIT_FORMATS:
        circuit = read_circuit(given)
    else:
        with file_contents():
            data = read_bytes(given, "path")
            form = "json" if data.lstrip().startswith(b"{") else "txt"
            circuit = parse_circuit(data, form, given)
    if names and circuit.names and names.inputs != circuit.names.inputs:
        pairs = zip(circuit.names.inputs, names.inputs, strict=False)
        listed = ", ".join(f"{own} is {asked}" for own, asked in pairs if own != asked)
        note(f"inputs go by their places, not by their names, in which the files differ: {listed}")
    return circuit


def format_of(path: str, given: str | None, name: str, known: list[str]) -> str:
    """Return the format that an option or else the suffix of a path names.

    Arguments:
        path: the file.
        given: the option's value.
        name: the option's name.
        known: the formats that there are.
    """
    from mesacircuits.errors import ArgumentError

    if given is not None:
        if given not in known:
            raise ArgumentError(name, f"one of {', '.join(known)}", given)
        return given
    listed = ", ".join(known)
    refuse(path == "-", f"- has no suffix: say {name} FORMAT, one of {listed}")
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in known:
        suffixes = ", ".join(f".{each}" for each in known)
        raise ArgumentError("path", f"a name that ends in one of {suffixes}, or {name}", path)
    return suffix


def _operations_in(text: str) -> str:
    """Return the first set that has all instructions of a program's text: fair, or an oracle's."""
    from mesacircuits.programs import OPERATIONS, VARIANTS

    code = "\n".join(line.partition("#")[0] for line in text.splitlines())
    used = {*re.findall(r"[a-z][a-z-]*", code)} & {*OPERATIONS}
    sets = ("fair", "oracle", "oracle-proxy", "oracle-argmax", "boolean")
    return next((name for name in sets if used <= {*VARIANTS[name]}), "fair")


def read_program(given: str, task: Task | None, machine: Machine | None = None) -> Program:
    """Return the program that an argument states: its text, or a file of its text or JSON."""
    from mesacircuits.errors import ArgumentError
    from mesacircuits.programs import Program
    from mesacircuits.records import file_contents, read_bytes
    from mesacircuits.tasks import machine_for

    # `os.path` says of what can be no name of a file that it is none. A bare word without a dot or
    # slash is one of an instruction, and nothing at all the program without any.
    is_word = re.fullmatch(r"\w*", given) is not None
    is_text = (
        given != "-" and not os.path.isfile(given) and (is_word or any(c in given for c in " ;\n"))
    )
    if is_text:
        data = given.encode("utf-8", "surrogateescape")
    else:
        data = read_data("program") if given == "-" else read_bytes(given, "path")
    is_json = data.lstrip().startswith(b"{")
    if machine is None and task is not None and not is_json and b".machine" not in data:
        machine = machine_for(task, _operations_in(data.decode(errors="replace")))
    with nullcontext() if is_text else file_contents():
        if is_json:
            return Program.from_json(data)
        try:
            return Program.parse(data.decode(), machine)
        except UnicodeDecodeError as error:
            raise ArgumentError("program", "text, or JSON", str(error)) from error


def own_claims_of(path: str | None) -> dict[str, Any]:
    """Return the claims of the file that `claims` names; none without one."""
    from mesacircuits.conjectures.registry import own_claims, registered
    from mesacircuits.records import file_contents

    if path is None:
        return {}
    found = own_claims(path)
    with file_contents():
        registered(found)  # refuses names that are taken
    return dict(found)


# -- definitions and effort --------------------------------------------------------------------


def seconds(text: str) -> float:
    """Return the seconds that 60 or 60s names; whether they are positive, the library checks."""
    with suppress(ValueError):
        return float(text.strip().removesuffix("s"))
    raise click.BadParameter(f"expected a number of seconds such as 60 or 60s, got {text!r}")


def _positive(context: click.Context, param: click.Parameter, value: float) -> float:
    if not value > 0:
        raise click.BadParameter(f"expected a positive number of seconds, got {value}")
    return value


time_limit = option(
    "--time-limit",
    "What each judgement of a definition of your own may take.",
    "SECONDS",
    seconds,
    "10",
    callback=_positive,
)


def definitions(
    help: str = "Judge by this instead of the defaults: NAME or FILE.py:NAME, dials as in "
    "NAME(dial=value). May be given several times.",
    metavar: str = "DEF",
) -> _Decorator:
    """Return `--definition`, any number of times, and `--time-limit`."""
    definition = option("--definition", help, metavar, NAMED, multiple=True)
    return _together(definition, time_limit)


def classifier_of(definition: tuple[str, ...], time_limit: float) -> Classifier | None:
    """Return the classifier that `definitions` ask for; None for the defaults."""
    from mesacircuits.definitions import Classifier, definition_named

    if not definition:
        return None
    return Classifier(tuple(definition_named(d, time_limit=time_limit) for d in definition))


def _count(text: str) -> int:
    # 5000 or 5e9; whether it is in range, the library checks.
    from decimal import Decimal

    with suppress(ArithmeticError):
        number = Decimal(text)
        # Before it is spelled out: 1e999999 has as many digits.
        if abs(number) < Decimal("1e30") and number == int(number):
            return int(number)
    raise click.BadParameter(f"expected a whole number such as 5000 or 5e9, got {text!r}")


def _engine(text: str) -> str:
    # An address has a colon: tcp://host:8786.
    if text in ENGINES or ":" in text:
        return text
    expected = f"one of {', '.join(ENGINES)}, or the address of a scheduler"
    raise click.BadParameter(f"expected {expected}, got {text!r}")


def effort(
    default_budget: float | None = None, long: bool = False, fresh: bool = False
) -> _Decorator:
    """Return `--budget` and `--workers`; `effort_of` takes their values.

    Arguments:
        default_budget: the seconds that apply unless `--budget` or `--nodes` is given.
        long: also add what long searches need: `--nodes`, `--engine`, `--resume`.
        fresh: also add `--fresh`; without it what ships with the package may answer.
    """
    limit = f"{default_budget:g}" if default_budget else "no limit"
    options = [
        option(
            "--budget",
            f"Stop searching after so long, and say what was left out (default: {limit}).",
            "SECONDS",
            seconds,
            None if default_budget is None else f"{default_budget:g}",
            show_default=False,
        ),
        option("--workers", "Threads to use (default: all cores).", "N", WHOLE),
    ]
    if long:
        options += [
            option(
                "--nodes",
                "Stop after so many gates tried, at the same place on every machine.",
                "N",
                _count,
            ),
            option(
                "--engine",
                f"What searches: {', '.join(ENGINES)} (processes here, with the extra of that "
                "name), or the address of a dask scheduler, such as tcp://host:8786.",
                "NAME",
                _engine,
                "auto",
                show_default=False,
            ),
            option(
                "--resume",
                "Keep finished parts in FILE, and do not search parts again that are in it; "
                "the result then says what it took from FILE.",
                "FILE",
                STORE,
            ),
        ]
    return _together(*([_fresh] if fresh else []), *options)


def effort_of(
    budget: float | None = None,
    workers: int | None = None,
    nodes: int | None = None,
    engine: str = "auto",
    resume: str | None = None,
    fresh: bool = True,
    says_bound: bool = False,
) -> Effort:
    """Return the effort that the options ask for, with a progress bar on stderr.

    `says_bound`: the command says what was exhausted when a budget ends, so a first signal ends
    its budget; else any signal ends the command.

    `auto` is threads, and an address is dask with the scheduler there. `sat` is no matter of
    effort: commands that know it choose it themselves.
    """
    from mesacircuits.enumeration import Effort, Interruption

    # A search by an engine that is named is asked for.
    shipped = not fresh and engine == "auto"
    scheduler = None if engine in ENGINES else engine
    if scheduler is not None:
        engine = "dask"
    elif engine in ("auto", "sat"):
        engine = "threads"
    context = click.get_current_context(silent=True)
    if nodes is not None and context is not None:
        # A budget in one measure takes the place of the default in the other.
        source = context.get_parameter_source("budget")
        if source is click.core.ParameterSource.DEFAULT:
            budget = None
    effort = Effort(
        seconds=budget,
        workers=workers,
        show_progress=True,
        nodes=nodes,
        engine=engine,
        scheduler=scheduler,
        store=resume,
        shipped=shipped,
        interruption=Interruption() if says_bound else None,
    )
    if context is not None:
        # What is shown says what of it was taken from a file, whatever the command.
        context.meta[EFFORT] = effort
    return effort
