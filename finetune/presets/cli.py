"""``xiaoer finetune presets``: which there are, and what each is for."""

from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from finetune.options import JsonOption, print_json


def presets(as_json: JsonOption = False) -> None:
    """List the presets: settings that go together, for so many rows, and the field's recipes."""
    from finetune.presets.preset import list_presets

    known = list_presets()
    if as_json:
        print_json([asdict(preset) for preset in known])
        return
    table = Table("preset", "rows", "for", "adapter", box=None)
    for preset in known:
        lora = preset.settings["lora"]
        adapter = f"{lora.get('variant', 'lora')}, rank {lora['rank']}, {lora['targets']}"
        table.add_row(preset.name, str(preset.rows or "any"), preset.purpose, adapter)
    Console().print(table, highlight=False)
