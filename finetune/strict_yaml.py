"""YAML files read strictly: plain data, UTF-8, no key twice."""

from pathlib import Path
from typing import Any

import yaml

from finetune.errors import ConfigError


class _OnceLoader(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML would keep the last without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                mark = node.value[index][0].start_mark
                raise yaml.YAMLError(f"line {mark.line + 1}: {key!r} stands twice; keep one")
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a file of keys and values.

    Raises:
        ConfigError: it cannot be read, or holds something else.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"configuration {str(path)!r} cannot be read ({error.strerror}); name a YAML file") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"configuration {str(path)!r} is not UTF-8; save it as UTF-8") from error
    values = parse_yaml(text, str(path))
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: expected keys and values such as 'model: folder', got {type(values).__name__}")
    return values


def parse_yaml(text: str, origin: str) -> Any:
    """Read one value.

    Args:
        text: YAML.
        origin: where it stands, for the message.

    Raises:
        ConfigError: it is no YAML.
    """
    try:
        # Only plain data is built: the loader is a SafeLoader.
        return yaml.load(text, Loader=_OnceLoader)
    except (yaml.YAMLError, TypeError) as error:
        raise ConfigError(f"{origin}: this is no YAML ({error}); mend it") from error
