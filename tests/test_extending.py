"""A new stage touches at most ten files, those that CONTRIBUTING.md lists: done here on a copy of the repository."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from load.service import ROOT

MAX_FILES = 10
COPIED = ("deployments", "serve_app", "configs", "docs", "tests", "ui/src", "ui/scripts")
LINKED = ("deployments/data", "ui/node_modules")

STAGE = '''"""The denoiser: returns the image as it is."""

from __future__ import annotations

from deployments.config import DenoiserConfig
from deployments.contract import Image, StageReport, check_image
from deployments.runtime.inference_thread import IsCancelled, never_cancelled
from deployments.runtime.stage import Stage
from deployments.stages import StageName


class Denoiser(Stage):
    """Changes nothing."""

    name = StageName.DENOISER

    @classmethod
    def load(cls, config: DenoiserConfig) -> Denoiser:
        return cls()

    @property
    def report(self) -> StageReport:
        return StageReport(self.name, (), "cpu", "float32")

    def denoise(self, image: Image, is_cancelled: IsCancelled = never_cancelled) -> Image:
        """Return `image`."""
        return check_image(image, self.name)
'''
TEST = """from deployments.config import DenoiserConfig
from deployments.denoiser import Denoiser
from tests.helpers.images import noise


def test_it_changes_nothing() -> None:
    image = noise(8, 9)
    assert Denoiser.load(DenoiserConfig()).denoise(image) is image
"""

# File, what is there, and what stands in its place; None: a new file, "": at the end.
EDITS: list[tuple[str, str | None, str]] = [
    ("deployments/stages.py", '    METRICS = "metrics"\n', '    METRICS = "metrics"\n    DENOISER = "denoiser"\n'),
    (
        "deployments/stages.py",
        "        StageSpec(\n            StageName.VERIFIER,",
        "        StageSpec(\n"
        "            StageName.DENOISER,\n"
        '            "changes nothing",\n'
        "            DenoiserConfig,\n"
        "            StageScale(num_gpus=0.02),\n"
        '            "deployments.denoiser:Denoiser",\n'
        "        ),\n"
        "        StageSpec(\n            StageName.VERIFIER,",
    ),
    ("deployments/stages.py", "import (\n    DetectorConfig,", "import (\n    DenoiserConfig,\n    DetectorConfig,"),
    (
        "deployments/config.py",
        "class MetricsConfig(NetworkConfig):",
        'class DenoiserConfig(StageConfig):\n    """Settings of the denoiser."""\n\n'
        '    level: int = Field(default=1, ge=0, description="Of nothing.")\n\n\n'
        "class MetricsConfig(NetworkConfig):",
    ),
    ("deployments/denoiser.py", None, STAGE),
    (
        "serve_app/pipeline/stages.py",
        "    async def restore(self,",
        "    async def denoise(self, image: ImageRef) -> StageResult[Image]:\n"
        '        """See Denoiser.denoise."""\n'
        '        return await self.call(StageName.DENOISER, "denoise", image)\n\n'
        "    async def restore(self,",
    ),
    (
        "serve_app/pipeline/pipeline.py",
        "        records, background = await",
        "        await run.stage(StageName.DENOISER, self.stages.denoise(shared))\n        records, background = await",
    ),
    (
        "tests/helpers/fakes.py",
        "    def _restore(self,",
        "    def _denoise(self, image: Image) -> Image:\n        return image\n\n    def _restore(self,",
    ),
    ("tests/deployments/test_denoiser.py", None, TEST),
    ("ui/src/lib/strings/en.ts", "  upscaler: '", "  denoiser: 'Removing noise',\n  upscaler: '"),
    (
        "ui/src/lib/estimate.ts",
        "  upscaler: {",
        "  denoiser: { ms: 100, per: 'outputMegapixel' },\n  upscaler: {",
    ),
    ("CHANGELOG.md", "### Added\n", "### Added\n\n- A stage that changes nothing.\n"),
]

# Run in the copy: everything here was derived, no file above names it.
CHECKS = """
import json
from deployments.serving import DEPLOYMENTS
from deployments.stages import STAGES
from load.bench.contestants import ROWS
from serve_app.settings import Settings
from tests.helpers.api import enhance
from tests.helpers.fakes import FakeStages, client_of

spec = STAGES["denoiser"]
settings = Settings.model_validate({"denoiser": {"level": 3}, "scale": {"denoiser": {"max_ongoing_requests": 5}}})
client = client_of(FakeStages())
document = client.get("/openapi.json").json()["components"]["schemas"]
print(json.dumps({
    "deployment": DEPLOYMENTS["denoiser"].name,
    "level": settings.config_of("denoiser").level,
    "scale": settings.scale_of("denoiser").model_dump(),
    "loads": spec.load(spec.config()).report.stage,
    "enums": [name for name in ("StageName", "AnyStage") if "denoiser" in document[name]["enum"]],
    "readyz": list(client.get("/v1/readyz").json()["stages"]),
    "benchmark": [str(row) for row in ROWS],
    "answer": enhance(client).json()["data"]["timings_ms"],
    "failure": enhance(client_of(FakeStages(fail={"denoiser": MemoryError()}))).status_code,
}))
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the stage added."""
    copy = tmp_path_factory.mktemp("extended")
    unwanted = shutil.ignore_patterns("__pycache__", "data", "node_modules", "out")
    for folder in (*COPIED, "load"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=unwanted)
    for file in (ROOT / "CHANGELOG.md", *(ROOT / "ui").glob("*.ts"), *(ROOT / "ui").glob("*.json")):
        shutil.copy(file, copy / file.relative_to(ROOT))
    for folder in LINKED:
        if (ROOT / folder).is_dir():
            (copy / folder).symlink_to(ROOT / folder)
    for name, old, new in EDITS:
        path = copy / name
        if old is None:
            path.write_text(new)
            continue
        text = path.read_text()
        assert old in text, f"{name} has changed: bring this test and CONTRIBUTING.md up to date"
        path.write_text(text.replace(old, new, 1))
    return copy


def run_in(folder: Path, *command: str) -> str:
    run = subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return run.stdout


def compiler(node: str, ui: Path, *files: str) -> list[str]:
    """Checks the types of these files and of what they import, without the page's own tests, which lint has checked."""
    project = {"extends": "./tsconfig.json", "include": ["next-env.d.ts", *files], "exclude": ["**/*.test.*"]}
    (ui / "tsconfig.checked.json").write_text(json.dumps(project))
    return [node, "node_modules/typescript/bin/tsc", "--noEmit", "--skipLibCheck", "-p", "tsconfig.checked.json"]


def test_contributing_lists_exactly_the_files_that_change() -> None:
    changed = list(dict.fromkeys(name for name, _, _ in EDITS))
    assert len(changed) <= MAX_FILES
    section = re.search(r"<!-- files: stage -->(.*?)<!-- end -->", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    assert section is not None
    assert re.findall(r"^\d+\. `([^`]+)`", section[1], re.MULTILINE) == changed


@pytest.mark.slow
def test_everything_else_follows_from_the_declaration(extended: Path) -> None:
    found = json.loads(run_in(extended, sys.executable, "-W", "ignore", "-c", CHECKS).splitlines()[-1])
    assert found["deployment"] == "Denoiser" and found["loads"] == "denoiser" and found["level"] == 3
    assert found["scale"]["num_gpus"] == 0.02 and found["scale"]["max_ongoing_requests"] == 5
    assert found["enums"] == ["StageName", "AnyStage"]
    assert "denoiser" in found["readyz"] and "denoiser" in found["benchmark"] and "denoiser" in found["answer"]
    assert found["failure"] == 500
    run_in(
        extended,
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        "addopts=",
        "--noconftest",
        "tests/deployments/test_denoiser.py",
    )


@pytest.mark.slow
def test_docs_and_the_pages_constants_are_written_from_it(extended: Path) -> None:
    run_in(extended, sys.executable, "docs/generate.py")
    assert "`denoiser.level`" in (extended / "docs" / "configuration.md").read_text()
    assert "`deployments.denoiser.Denoiser`" in (extended / "docs" / "architecture.md").read_text()
    run_in(extended, sys.executable, "-W", "ignore", "ui/scripts/api.py")
    assert '"denoiser"' in (extended / "ui" / "src" / "lib" / "api" / "constants.ts").read_text()


@pytest.mark.node
def test_the_page_compiles_with_the_stage_and_not_without_its_label(extended: Path) -> None:
    if not (extended / "ui" / "node_modules").exists() or shutil.which("node") is None:
        pytest.skip("NO NODE PACKAGES: run `make ui`")
    ui = extended / "ui"
    run_in(extended, sys.executable, "-W", "ignore", "ui/scripts/api.py")
    node = str(Path(shutil.which("node") or "node"))
    openapi = ("node_modules/openapi-typescript/bin/cli.js", "openapi.json", "--output", "src/lib/api/schema.ts")
    run_in(ui, node, *openapi, "--root-types", "--root-types-no-schema-prefix")
    run_in(ui, *compiler(node, ui, "src/**/*.ts", "src/**/*.tsx"))
    strings = ui / "src" / "lib" / "strings" / "en.ts"
    strings.write_text(strings.read_text().replace("  denoiser: 'Removing noise',\n", ""))
    without = subprocess.run(
        compiler(node, ui, "src/lib/strings/*.ts"), cwd=ui, capture_output=True, text=True, check=False
    )
    assert without.returncode != 0 and "denoiser" in without.stdout
