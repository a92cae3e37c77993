#!/usr/bin/env bash
# Runs a command of an image's tar without an engine: unpacks its layers and changes the root. Needs root.
#
#     deploy/image/try-image.sh deploy/image/target/jib-image.tar --help
set -euo pipefail
tar=$1
shift
folder=$(mktemp -d)
trap 'umount "$folder/root/proc" 2> /dev/null || true; rm -rf "$folder"' EXIT
mkdir "$folder/image" "$folder/root"
tar -xf "$tar" -C "$folder/image"
python3 - "$folder" > "$folder/layers" << 'PYTHON'
import json, pathlib, sys
image = pathlib.Path(sys.argv[1]) / "image"
blob = lambda digest: image / "blobs" / digest.replace(":", "/")
if (image / "manifest.json").exists():
    manifest = json.loads((image / "manifest.json").read_text())[0]
    config, layers = json.loads((image / manifest["Config"]).read_text()), [image / l for l in manifest["Layers"]]
else:
    index = json.loads((image / "index.json").read_text())
    manifest = json.loads(blob(index["manifests"][0]["digest"]).read_text())
    config = json.loads(blob(manifest["config"]["digest"]).read_text())
    layers = [blob(layer["digest"]) for layer in manifest["layers"]]
print("\n".join(map(str, layers)))
pathlib.Path(sys.argv[1], "entrypoint").write_text("\n".join(config["config"]["Entrypoint"]) + "\n")
PYTHON
while read -r layer; do tar --warning=no-unknown-keyword -xzf "$layer" -C "$folder/root"; done < "$folder/layers"
mapfile -t entrypoint < "$folder/entrypoint"
mkdir -p "$folder/root/proc"
mount --bind /proc "$folder/root/proc" # an engine does so too; the JVM finds its libraries by it
chroot --userspec=65532:65532 "$folder/root" "${entrypoint[@]}" "$@"
