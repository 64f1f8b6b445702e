"""What the README tells people to type works.

Every `bash` block is run, line by line, unless a comment before it says why not:
`<!-- not tested: reason -->`.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(<!-- not tested: [^\n]+ -->\n)?```bash\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for excuse, block in BLOCKS if not excuse for line in block.splitlines()]
TARGETS = sorted(set(re.findall(r"\bmake ([a-z]+)", README)))


def run(command: list[str], **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=110, **options
    )


def test_blocks_were_found():
    assert len(BLOCKS) == README.count("```bash")
    assert any("train" in command for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_command(command: str):
    python, *arguments = shlex.split(command)
    assert python == "python"
    result = run([sys.executable, *arguments])
    assert result.returncode == 0, result.stderr
    assert result.stdout
    if "--json" in arguments:
        events = [json.loads(line)["event"] for line in result.stdout.splitlines()]
        assert events[-2:] == ["epoch", "finished"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.skipif(sys.platform == "win32", reason="make is for Linux and macOS")
def test_make_knows_the_target(target: str):
    result = run(["make", "--dry-run", target])
    assert result.returncode == 0, result.stderr


def test_ci_runs_what_the_readme_says():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert [*re.findall(r"^make (\w+)", script, re.MULTILINE)] == ["lint", "test"]
    assert {"lint", "test"} <= set(TARGETS)


@pytest.mark.parametrize("link", re.findall(r'(?:\]\(|src=")(?!http)([^)"]+)', README))
def test_links_lead_somewhere(link: str):
    assert (ROOT / link).exists()
