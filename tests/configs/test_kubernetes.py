"""configs/kubernetes, rendered and held against the schemas of what it is made of; no cluster is needed."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
from typing import Any

import kubernetes_validate
import pytest
import ray
import yaml
from ray.serve.schema import ServeDeploySchema

from deployments.stages import STAGES
from load.service import ROOT
from serve_app.settings import Settings

FOLDER = ROOT / "configs/kubernetes"
OVERLAYS = ("cpu", "gpu", "jobs")
CORE_VERSION = "1.32"


def kustomize() -> int:
    """The major version of the kustomize in kubectl; 0 where there is none, or an old one, which does not say."""
    if shutil.which("kubectl") is None:
        return 0
    command = ["kubectl", "version", "--client", "--output", "json"]
    version = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return int(version.get("kustomizeVersion", "v0").removeprefix("v").split(".")[0])


pytestmark = pytest.mark.skipif(kustomize() < 5, reason="kubectl with kustomize 5 (kubectl 1.27) is not installed")

# The fields of KubeRay's ray.io/v1, release 1.7: ray-operator/apis/ray/v1/rayservice_types.go and raycluster_types.go.
SERVICE_FIELDS = {
    "rayClusterDeletionDelaySeconds", "serveService", "upgradeStrategy", "managedBy", "serveConfigV2",
    "rayClusterConfig", "excludeHeadPodFromServeSvc", "suspend",
}  # fmt: skip
CLUSTER_FIELDS = {
    "upgradeStrategy", "authOptions", "suspend", "managedBy", "autoscalerOptions", "headServiceAnnotations",
    "enableInTreeAutoscaling", "gcsFaultToleranceOptions", "networkPolicy", "tlsOptions", "headGroupSpec", "rayVersion",
    "workerGroupSpecs",
}  # fmt: skip
HEAD_FIELDS = {"template", "headService", "rayStartParams", "serviceType", "enableIngress", "resources", "labels"}
WORKER_FIELDS = {
    "groupName", "replicas", "minReplicas", "maxReplicas", "idleTimeoutSeconds", "numOfHosts", "rayStartParams",
    "template", "scaleStrategy", "suspend", "resources", "labels",
}  # fmt: skip
AUTOSCALER_FIELDS = {
    "resources", "image", "imagePullPolicy", "securityContext", "idleTimeoutSeconds", "upscalingMode", "version", "env",
    "envFrom", "volumeMounts",
}  # fmt: skip


@functools.cache
def rendered(overlay: str) -> list[dict[str, Any]]:
    command = ["kubectl", "kustomize", str(FOLDER / "overlays" / overlay)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    return list(yaml.safe_load_all(run.stdout))


def of_kind(overlay: str, kind: str) -> list[dict[str, Any]]:
    return [each for each in rendered(overlay) if each["kind"] == kind]


def ray_service(overlay: str) -> dict[str, Any]:
    (found,) = of_kind(overlay, "RayService")
    spec: dict[str, Any] = found["spec"]
    return spec


def ray_pods(overlay: str) -> dict[str, dict[str, Any]]:
    cluster = ray_service(overlay)["rayClusterConfig"]
    workers = {group["groupName"]: group["template"] for group in cluster["workerGroupSpecs"]}
    return {"head": cluster["headGroupSpec"]["template"], **workers}


def all_pods(overlay: str) -> dict[str, dict[str, Any]]:
    others = {
        each["metadata"]["name"]: each["spec"]["template"]
        for kind in ("Deployment", "StatefulSet")
        for each in of_kind(overlay, kind)
    }
    return ray_pods(overlay) | others


@pytest.mark.slow
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_kubernetes_knows_is_as_its_schemas_say(overlay: str) -> None:
    known = [
        each
        for each in rendered(overlay)
        if "." not in each["apiVersion"].split("/")[0] or ".k8s.io/" in each["apiVersion"]
    ]
    assert {"Namespace", "Deployment", "Service", "NetworkPolicy", "PodDisruptionBudget"} <= {e["kind"] for e in known}
    for each in known:
        kubernetes_validate.validate(each, CORE_VERSION, strict=True)
    for name, template in ray_pods(overlay).items():
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": template["spec"]}
        kubernetes_validate.validate(pod, CORE_VERSION, strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_ray_service_has_only_fields_that_kuberay_knows(overlay: str) -> None:
    spec = ray_service(overlay)
    cluster = spec["rayClusterConfig"]
    assert set(spec) <= SERVICE_FIELDS and set(cluster) <= CLUSTER_FIELDS
    assert set(cluster["headGroupSpec"]) <= HEAD_FIELDS
    assert set(cluster["autoscalerOptions"]) <= AUTOSCALER_FIELDS
    for group in cluster["workerGroupSpecs"]:
        assert set(group) <= WORKER_FIELDS
        assert group["minReplicas"] <= group["replicas"] <= group["maxReplicas"]
    for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"]):
        assert all(isinstance(value, str) for value in group["rayStartParams"].values()), "KubeRay wants words"
    assert cluster["rayVersion"] == ray.__version__
    assert cluster["authOptions"] == {"mode": "token"}
    assert "externalStorageNamespace" not in cluster["gcsFaultToleranceOptions"], "kuberay#1296: breaks upgrades"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_serves_part_is_as_ray_and_visage_want_it(overlay: str) -> None:
    config = ServeDeploySchema.model_validate(yaml.safe_load(ray_service(overlay)["serveConfigV2"]))
    (visage,) = (application for application in config.applications if application.name == "visage")
    settings = Settings.model_validate(visage.args)
    assert settings.limits.trusted_proxies == 1
    services = {each["metadata"]["name"] for each in of_kind(overlay, "Service")}
    assert settings.jobs.redis == ("redis://jobs-valkey:6379/0" if overlay == "jobs" else "")
    assert ("jobs-valkey" in services) == (overlay == "jobs")
    (group,) = ray_service(overlay)["rayClusterConfig"]["workerGroupSpecs"]
    longest = settings.limits.upload_timeout_s + settings.limits.deadline_s + 10
    assert ray_service(overlay)["rayClusterDeletionDelaySeconds"] >= longest
    assert group["template"]["spec"]["terminationGracePeriodSeconds"] >= longest
    # One worker has room for a replica of every stage and the ingresses.
    scales = [settings.scale_of(stage) for stage in STAGES]
    (worker,) = group["template"]["spec"]["containers"]
    gpus = int(worker["resources"]["limits"].get("nvidia.com/gpu", 0))
    assert sum(scale.num_cpus for scale in scales) + 0.1 * settings.scale.ingress_replicas <= int(
        group["rayStartParams"]["num-cpus"]
    )
    if overlay != "cpu":
        fractions = [scale.num_gpus for scale in scales]
        assert gpus == 1 and sum(fractions) <= 1 - max(fractions)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_photo_can_reach_a_disk(overlay: str) -> None:
    """/dev/shm is memory and large enough for Ray's objects, and the spill folder is made in it before Ray starts."""
    cluster = ray_service(overlay)["rayClusterConfig"]
    groups = {"head": cluster["headGroupSpec"], **{g["groupName"]: g for g in cluster["workerGroupSpecs"]}}
    for name, template in ray_pods(overlay).items():
        (container,), (first, *_) = template["spec"]["containers"], template["spec"]["initContainers"]
        volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
        (shm,) = (mount["name"] for mount in container["volumeMounts"] if mount["mountPath"] == "/dev/shm")
        assert volumes[shm]["emptyDir"]["medium"] == "Memory"
        size = int(volumes[shm]["emptyDir"]["sizeLimit"].removesuffix("Gi")) * 2**30
        assert size > 1.25 * int(groups[name]["rayStartParams"]["object-store-memory"])
        spill = {each["name"]: each.get("value") for each in container["env"]}["RAY_object_spilling_directory"]
        assert spill.startswith("/dev/shm/") and f"mkdir -p -m 700 {spill}" in first["command"][-1]
        assert {"name": shm, "mountPath": "/dev/shm"} in first["volumeMounts"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_pod_has_more_rights_than_the_restricted_standard_allows(overlay: str) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards, which the namespace enforces."""
    for name, template in all_pods(overlay).items():
        spec = template["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True and spec["securityContext"]["runAsUser"] > 0, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not any("hostPath" in volume for volume in spec.get("volumes", [])), name
        for container in (*spec["containers"], *spec.get("initContainers", [])):
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False and context["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"]["memory"], name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_port_and_secret_that_is_named_exists_and_nobody_else_may_come_in(overlay: str) -> None:
    policies = of_kind(overlay, "NetworkPolicy")
    closed = [each for each in policies if each["spec"]["podSelector"] == {} and not each["spec"].get("ingress")]
    assert any(set(each["spec"]["policyTypes"]) == {"Ingress", "Egress"} for each in closed)
    open_to_all = [
        p["metadata"]["name"] for p in policies for rule in p["spec"].get("ingress", []) if not rule.get("from")
    ]
    assert open_to_all == ["nginx"]
    (monitor,) = of_kind(overlay, "PodMonitor")
    monitored = {endpoint["port"] for endpoint in monitor["spec"]["podMetricsEndpoints"]}
    named = {
        port["name"] for template in ray_pods(overlay).values() for port in template["spec"]["containers"][0]["ports"]
    }
    assert monitored <= named
    selectors = [each["spec"]["selector"]["matchLabels"] for each in of_kind(overlay, "PodDisruptionBudget")]
    assert {"app": "visage-nginx"} in selectors and {"ray.io/node-type": "worker"} in selectors
    secrets = set(
        re.findall(r"(?:secretKeyRef:\n\s+key: \w+\n\s+name|secretName): ([\w-]+)", yaml.safe_dump(rendered(overlay)))
    )
    guide = (ROOT / "docs/deployment.md").read_text()
    assert all(f"secret generic {name}" in guide or f"secret tls {name}" in guide for name in secrets)


def test_ray_encrypts_between_its_parts_with_the_component(tmp_path: Any) -> None:
    shutil.copytree(ROOT / "configs", tmp_path / "configs", ignore=shutil.ignore_patterns("tls.key"))
    overlay = tmp_path / "configs/kubernetes/overlays/gpu"
    with (overlay / "kustomization.yaml").open("a") as file:
        file.write("components: [../../components/tls]\n")
    run = subprocess.run(["kubectl", "kustomize", overlay], capture_output=True, text=True, check=True, timeout=60)
    (found,) = (each for each in yaml.safe_load_all(run.stdout) if each["kind"] == "RayService")
    assert found["spec"]["rayClusterConfig"]["tlsOptions"] == {"enabled": True}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nginx_in_the_cluster_has_the_tested_configuration_and_visages_service(overlay: str) -> None:
    maps = {
        re.sub("-[a-z0-9]{10}$", "", each["metadata"]["name"]): each["data"] for each in of_kind(overlay, "ConfigMap")
    }
    for name in ("nginx.conf", "visage.conf", "error.conf"):
        assert maps["nginx"][name] == (ROOT / "configs/nginx" / name).read_text()
    assert "server visage-serve-svc:8000" in maps["nginx-site"]["upstreams.conf"], "KubeRay's name for a RayService"
    assert maps["visage-board"]["visage.json"] == (ROOT / "configs/grafana/visage.json").read_text()
