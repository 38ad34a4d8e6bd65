"""The `mesacircuits` command: its subcommands, its errors, its exit statuses."""

from __future__ import annotations

import atexit
import contextlib
import errno
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, ClassVar, NoReturn

import click

from . import axioms, catalog, census, check, circuits, compare, lists, programs, prove
from .options import Group
from .streams import EFFORT, discard_output, guard_streams, say, show_notes

__all__ = ["main"]

#: Arguments whose errors are the file system's, not the caller's spelling.
_FILES = ("catalog", "certificate", "output", "path", "resume", "store")

#: Characters of an error that are shown: arguments that it quotes may be very long.
_LONGEST = 400

#: Errors of the system that say that there is no more of something.
_SHORTAGES = (errno.EAGAIN, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC)

#: Longer than it takes to end.
_AGAIN_SECONDS = 15.0

#: Longer than a search takes to end and to say what it exhausted.
_ANSWER_SECONDS = 5.0

_EPILOG = """\b
TASK is tt:N:HEX, a truth table over N inputs (bit x is f(x), x = sum x_i 2^i),
or expr:EXPRESSION in the inputs a, b, c, ... such as expr:"(a & b) ^ c",
or a table or an expression alone: 16E9, 11101000, "x1 & x2",
or a name such as argmax(candidates=3): see `tasks`,
or a file: .pla .blif .bench .aag .aig .json (FILE.blif:MODEL for one model of
several), or a relation: see `enumerate --help`.

\b
Exit status: 0 success, held or supported, 1 error, such as a bad file, 2 usage,
3 refuted or against, 4 inconclusive, no evidence or vacuous.
Data goes to stdout; progress and errors go to stderr.
"""


class _Stopped(SystemExit):
    """SIGINT or SIGTERM came; the code is the exit status."""

    by: ClassVar[int] = signal.SIGINT


class _Group(Group):
    """Commands that end by Ctrl-C or a closed pipe in this module's way, not in click's."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            status = super().invoke(ctx)
            interruption = _interruption()
            if interruption is not None and interruption.ended:
                # What was exhausted is printed; that it is not all says the status.
                if sys.stdout:
                    sys.stdout.flush()
                raise _Stopped(128 + _Stopped.by)
            return status
        except KeyboardInterrupt:
            raise _Stopped(128 + signal.SIGINT) from None
        except BrokenPipeError:
            _end_of_pipe()


#: The commands by what they are for.
_SECTIONS = {
    "Ask": (
        *("check", "enumerate", "census", "classify", "compare", "programs", "program-census"),
        *("fronts", "five-inputs", "class-minima"),
    ),
    "Look": ("draw", "run", "trace", "tasks", "conjectures", "definitions", "bases"),
    "Make": ("catalog", "atlas", "convert", "assemble", "write-test"),
    "Check": ("verify", "prove", "axioms"),
}


@click.group(
    cls=_Group,
    epilog=_EPILOG,
    sections=_SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="mesacircuits", message="%(prog)s %(version)s")
def mesacircuits() -> None:
    """Enumerate every minimal Boolean circuit and shortest program of small tasks,
    tag each search-like, control-like or lookup-table, and decide conjectures.

    Begin with: mesacircuits check minimal-circuits
    """


for _file in (axioms, catalog, census, check, circuits, compare, lists, programs, prove):
    for _name in _file.__all__:
        mesacircuits.add_command(getattr(_file, _name))


def _fail(message: str, status: int) -> NoReturn:
    # Messages quote arguments and files: no line breaks of theirs.
    line = " ".join(message.split())
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 3] + "..."
    say(f"mesacircuits: error: {line}")
    raise SystemExit(status)


def _signalled(signum: int, frame: FrameType | None) -> None:
    # The first signal ends the budget of a search that says how far it came; it is then let to.
    # Else unwind, so that files being written are removed and workers end. What is raised while a
    # callback of compiled code runs is dropped there; so it is raised again, should nobody end.
    # While kernels are compiled no search can look at its budget: only then it has longer.
    interruption = _interruption()
    if signum != signal.SIGALRM:
        _Stopped.by = signum
        waits = interruption is not None and not interruption.ended
    else:
        compiling = sys.modules.get("mesacircuits.circuits.compiling")
        waits = interruption is not None and compiling is not None and compiling.is_going_on()
    if waits:
        interruption.end()
        signal.setitimer(signal.ITIMER_REAL, _ANSWER_SECONDS)
        return
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
    raise _Stopped(128 + _Stopped.by)


def _interruption() -> Any:
    context = click.get_current_context(silent=True)
    effort = None if context is None else context.meta.get(EFFORT)
    return None if effort is None else effort.interruption


def _end_of_pipe() -> NoReturn:
    # The reader of stdout has gone; nothing is left to say.
    discard_output()
    raise SystemExit(128 + signal.SIGPIPE)


def _ignore_signals() -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(signum, signal.SIG_IGN)


def _stop(status: Any) -> NoReturn:
    signal.setitimer(signal.ITIMER_REAL, 0)
    interrupted = status == 128 + signal.SIGINT
    say(f"mesacircuits: {'interrupted' if interrupted else 'terminated'}")
    raise SystemExit(status)


def _behind(error: BaseException) -> Iterator[BaseException]:
    # A signal that arrives while a compiled function returns comes wrapped in a SystemError, and
    # one that arrives while Hypothesis draws comes back in a group of what it saw.
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions


def _signal_behind(error: BaseException) -> int | None:
    for cause in _behind(error):
        if isinstance(cause, KeyboardInterrupt):
            return 128 + signal.SIGINT
        if isinstance(cause, _Stopped):
            return 128 + _Stopped.by
    return None


def _shortage_behind(error: BaseException) -> str | None:
    # What the machine, or its limits for this user, did not give.
    for cause in _behind(error):
        if isinstance(cause, MemoryError):
            return "out of memory"
        if isinstance(cause, RuntimeError) and "can't start new thread" in str(cause):
            return "no more threads can be started"
        if isinstance(cause, OSError) and cause.errno in _SHORTAGES:
            return str(cause.strerror)
    return None


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status.

    Bad arguments end with status 2 and other errors, those of files too, with 1, each with one line
    on stderr.
    """
    guard_streams()
    with contextlib.suppress(ValueError):  # not in the main thread
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(signum, _signalled)
    show_notes()
    try:
        status: Any = mesacircuits.main(
            args=arguments,
            # Exported files say by which command they were made.
            obj=list(sys.argv[1:] if arguments is None else arguments),
            prog_name="mesacircuits",
            standalone_mode=False,
        )
        if sys.stdout:  # None if it was closed from the start
            sys.stdout.flush()
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "mesacircuits"
        _fail(f"{error.format_message()} (see {where} --help)", 2)
    except click.ClickException as error:
        _fail(error.format_message(), 1)
    except (click.Abort, KeyboardInterrupt):
        _stop(128 + signal.SIGINT)
    except _Stopped as stop:
        _stop(stop.code)
    except BrokenPipeError:
        _end_of_pipe()
    except OSError as error:
        # Such as a full disk behind stdout.
        discard_output()
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}", 1)
    except (Exception, BaseExceptionGroup) as error:
        from mesacircuits.errors import ArgumentError, FileError, MesacircuitsError

        if not isinstance(error, MesacircuitsError):
            if (status := _signal_behind(error)) is not None:
                _stop(status)
            if (shortage := _shortage_behind(error)) is not None:
                _fail(shortage, 1)
            raise
        usage = isinstance(error, ArgumentError) and not isinstance(error, FileError)
        if isinstance(error, ArgumentError) and error.argument in _FILES:
            usage = False
        _fail(str(error), 2 if usage else 1)
    finally:
        # The result is out; libraries that clean up at exit are not to be torn from it. What is
        # registered last is called first.
        atexit.unregister(_ignore_signals)
        atexit.register(_ignore_signals)
    raise SystemExit(status if isinstance(status, int) else 0)
