"""The same tests with the OpenAI client's major version before, which `make` keeps beside the environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BEFORE = Path(sys.prefix) / "openai-2"
TESTS = Path(__file__).with_name("test_openai_api.py")
SHOWN = "import openai; print(openai.__version__)"


@pytest.mark.skipif(not BEFORE.is_dir(), reason="openai 2.x is not beside this environment: 'make test' puts it there")
def test_that_openai_clients_of_version_2_are_served_alike():
    environment = os.environ | {"PYTHONPATH": str(BEFORE)}
    shown = subprocess.run([sys.executable, "-c", SHOWN], env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("2.")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", str(TESTS)]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stdout
