"""What is tested here are the engines: minima and censuses that ship do not answer for them."""

import pytest

from mesacircuits.enumeration import Effort


@pytest.fixture(autouse=True)
def searches(request, monkeypatch):
    """Let every effort search, but in the tests of what ships."""
    if request.node.path.stem != "test_shipped":
        monkeypatch.setattr(Effort, "takes_shipped", False)
