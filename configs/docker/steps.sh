#!/bin/sh
# What the Dockerfile does, step by step, in the folder of the checkout:   configs/docker/steps.sh STEP [ARGUMENT]
set -eu
cd "$(dirname "$0")/../.."
VENV="${VENV:-.venv}"

case "$1" in
page) # build the web page into ui/out
    cd ui
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --no-save --no-progress
    npm run --silent build
    ;;
installer) # a virtual environment with uv
    "${PYTHON:-python3}" -m venv "$VENV"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
    ;;
packages) # cuda: the lock as it is; cpu: without CUDA's libraries, with PyTorch's own builds for CPUs
    python="$VENV/bin/python"
    "$python" configs/docker/lock.py "$2" requirements.lock >requirements.variant
    "$VENV/bin/uv" pip install --python "$python" --no-cache --compile-bytecode --no-deps --require-hashes -r requirements.variant
    if [ "$2" = cpu ]; then
        "$python" configs/docker/lock.py torch requirements.lock >requirements.torch
        "$VENV/bin/uv" pip install --python "$python" --no-cache --compile-bytecode --no-deps --torch-backend cpu -r requirements.torch
    fi
    sh configs/docker/steps.sh sbom
    ;;
sbom) # the list of what is installed, with versions and licenses: pip's installation report
    "$VENV/bin/python" -m pip inspect --local --disable-pip-version-check >sbom.json
    ;;
weights) # baked: fetch and verify them; mounted: they come with a volume at /weights
    case "$2" in
    baked) python -m deployments.models fetch ;;
    mounted) ;;
    *) echo "WEIGHTS is baked or mounted, not $2" >&2 && exit 2 ;;
    esac
    ;;
*)
    echo "no such step: $1" >&2
    exit 2
    ;;
esac
