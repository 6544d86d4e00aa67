"""Commands of the operators' pages that need nothing but a shell: they do what the text says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
import yaml
from botocore.session import get_session
from botocore.validate import validate_parameters

from load.service import ROOT
from serve_app.settings import Settings

DEPLOYMENT = (ROOT / "docs/deployment.md").read_text()
OPERATIONS = (ROOT / "docs/operations.md").read_text()


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_alerts_become_a_resource_of_the_prometheus_operator() -> None:
    found = re.search(r"^ +(\(printf .*?\)) \| kubectl apply -f -$", DEPLOYMENT, re.MULTILINE | re.DOTALL)
    assert found is not None
    text = subprocess.run(["bash", "-c", found[1]], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    resource = yaml.safe_load(text)
    assert (resource["apiVersion"], resource["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
    assert resource["spec"] == yaml.safe_load((ROOT / "configs/prometheus/alerts.yaml").read_text())


def test_every_setting_in_the_pages_is_one() -> None:
    """Blocks of YAML with `args`, of the whole file or of the application alone."""
    found = 0
    for page in (ROOT / "docs").glob("*.md"):
        for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
            config = yaml.safe_load(block)
            for application in config.get("applications", [config]):
                if "args" in application:
                    Settings.model_validate(application["args"])
                    found += 1
    assert found > 5


def test_the_life_cycle_of_stored_results_is_one_that_s3_knows() -> None:
    found = re.search(r"--lifecycle-configuration \\\s+'(.*?)'$", OPERATIONS, re.MULTILINE)
    assert found is not None
    rules = json.loads(found[1])
    operation = get_session().get_service_model("s3").operation_model("PutBucketLifecycleConfiguration")
    given = {"Bucket": "visage", "LifecycleConfiguration": rules}
    validate_parameters(given, operation.input_shape)
    (rule,) = rules["Rules"]
    assert rule["Status"] == "Enabled" and rule["Expiration"]["Days"] == 1
    assert f'url: "s3://visage/{rule["Filter"]["Prefix"].rstrip("/")}"' in OPERATIONS, "it is where the results go"
