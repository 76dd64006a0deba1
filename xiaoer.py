"""The command ``xiaoer``: one name for everything the program does."""

import sys
from collections.abc import Mapping, MutableMapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from agent.errors import AgentError, SettingsError
from agent.generator.errors import GeneratorError
from agent.generator.models.errors import HubError
from agent.generator.registry.errors import RegistryError
from agent.settings import read_layers
from agent.understanding.errors import UnderstandingError
from channels.errors import ChannelError
from evaluation.errors import ReplayError
from finetune.errors import ConfigError, FinetuneError
from knowledge.errors import KnowledgeError
from retrieval.errors import RetrievalError
from tools.errors import ToolError
from tools.mock_apis.errors import SeedError

OWN_ERRORS = (
    AgentError,
    ChannelError,
    FinetuneError,
    GeneratorError,
    HubError,
    KnowledgeError,
    RegistryError,
    ReplayError,
    RetrievalError,
    SeedError,
    ToolError,
    UnderstandingError,
)
"""The roots of the program's error trees: told in their own words, without a traceback."""

FAILED = 1
WRONG_USE = 2


class Part(NamedTuple):
    """One command and where it lives."""

    module: str
    """Imported only when the command is called: help stays quick, and nobody loads what they do not use."""
    about: str
    reads_settings: bool = False
    """Whether it reads the settings itself; the others get them as the defaults of their flags."""
    more: str | None = None
    """A second module whose commands stand among those of the first: of a higher level, so the first cannot import it."""

    def command(self) -> Any:
        """Import the command, with what stands among its own."""
        command = get_command(import_module(self.module).app)
        if self.more and isinstance(command, TyperGroup):
            command.commands.update(get_command(import_module(self.more).app).commands)
        return command


PARTS: Mapping[str, Part] = {
    "serve": Part("channels.commands.serve", "Serve the agent over HTTP.", reads_settings=True),
    "chat": Part("channels.commands.chat", "Talk to the agent in the terminal.", reads_settings=True),
    "key": Part("channels.access.keys", "Make an API key for one of the shop's own systems.", reads_settings=True),
    "replay": Part("evaluation.cli", "Replay transcripts and score every turn."),
    "report": Part(
        "evaluation.report.cli", "Report a run, or what came of customers' conversations.", reads_settings=True
    ),
    "knowledge": Part(
        "knowledge.cli",
        "Check, build, preview, publish and roll back a shop's knowledge.",
        more="evaluation.editing.cli",
    ),
    "store": Part(
        "agent.store.upkeep.cli",
        "Check the stored conversations, export or erase a customer, back up.",
        reads_settings=True,
    ),
    "finetune": Part("finetune.cli", "Train a LoRA adapter on a shop's conversations, and evaluate it."),
    "models": Part(
        "agent.generator.registry.cli",
        "Bring base models; register adapters, promote one and roll back.",
        reads_settings=True,
    ),
}


class _Root(TyperGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        named: MutableMapping[str, Any] = {name: TyperCommand(name, help=part.about) for name, part in PARTS.items()}
        self.commands = named

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] in PARTS:
            command = PARTS[args[0]].command()
            self.commands[args[0]] = command
            if not PARTS[args[0]].reads_settings:
                settings, _ = read_layers()
                inner = dict.fromkeys(command.commands, settings) if isinstance(command, TyperGroup) else settings
                ctx.default_map = {args[0]: inner}
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="xiaoer",
    cls=_Root,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="店小二: a customer-service agent for Chinese online shops.",
)


@app.callback()
def _root(ctx: typer.Context) -> None:
    """店小二: a customer-service agent for Chinese online shops."""
    # Those who know no assistant, or must not know how one is judged, get it handed.
    ctx.obj = import_module("evaluation.evaluating").Evaluating()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status: 0 done, 1 a check or floor failed, 2 wrong use.

    Args:
        arguments: of the command line; None: the process's own.
    """
    try:
        app(arguments, prog_name="xiaoer")
    except (SettingsError, ConfigError) as error:
        _leave(error, WRONG_USE)
    except OWN_ERRORS as error:
        _leave(error, FAILED)


def _leave(error: Exception, status: int) -> None:
    print(f"xiaoer: {error}", file=sys.stderr)
    raise SystemExit(status)


if __name__ == "__main__":
    main()
