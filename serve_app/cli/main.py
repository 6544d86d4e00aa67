"""The command `visage`. Each subcommand is imported when it is called, so that `--help` takes no second."""

from __future__ import annotations

import importlib
import sys

import click

from serve_app import __version__
from serve_app.cli.exit_codes import ExitCode

_COMMANDS = {
    "enhance": ("serve_app.cli.enhance:enhance", "Restore photos: files, folders, patterns, or - for a pipe."),
    "video": ("serve_app.cli.video:video", "Restore a film, without flicker."),
    "serve": ("serve_app.cli.operate:serve", "Run the service on this machine (python -m serve_app)."),
    "weights": ("serve_app.cli.operate:weights", "Fetch, verify and list the models' weights."),
    "signing-key": ("serve_app.cli.signing_key:signing_key", "Make a key that signs results (C2PA)."),
    "doctor": ("serve_app.cli.operate:doctor", "What this machine can do, what is missing, and how to mend it."),
}

_EXIT_CODES = "Exit codes: " + "; ".join(f"{code.value} {code.meaning}" for code in ExitCode) + "."


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and described without."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    epilog=_EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="visage")
def visage() -> None:
    """Restore the faces of photos, enlarge the rest, and check that each person is still the same."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status, an ExitCode."""
    try:
        status = visage.main(arguments, prog_name="visage", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return status if isinstance(status, int) else ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
