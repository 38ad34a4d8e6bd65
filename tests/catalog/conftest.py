import pytest

from mesacircuits.catalog import Catalog, build

TASKS = ("tt:3:7E", "tt:3:E8", "expr:a & b, ~a & b", "ranking", "thermostat")


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The path of a catalog of functions, tasks with utilities, a world, and programs."""
    path = tmp_path_factory.mktemp("catalog") / "small.db"
    with Catalog.create(path) as catalog:
        build(catalog, tasks=TASKS, programs=["satisfying(candidates=4)"])
        build(catalog, functions=[2, 3], bases=["b2", "aig"], orders=["size", "depth-size"])
    return path
