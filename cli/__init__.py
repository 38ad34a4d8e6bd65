"""The command line: it reads arguments, calls one public function, and prints the result."""

from .main import main

__all__ = ["main"]
