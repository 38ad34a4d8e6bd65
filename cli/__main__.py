"""Run the command line with `python -m mesacircuits.cli`."""

from .main import main

main()
