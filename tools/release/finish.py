"""Finishes packages: finish.py FOLDER VERSION.

Writes each archive again without the time of its making, a bill of materials (SPDX 2.3) for each package from the
lock file of its project, and SHA256SUMS over all.
"""
import hashlib
import json
import os
import shutil
import sys
import time
import xml.etree.ElementTree as ElementTree
import zipfile
from base64 import b64decode
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "946684800"))


def rewrite(archive):
    """The same entries in the order of their names, all with one time."""
    when = time.gmtime(max(EPOCH, 315532800))[:6]
    fresh = archive.with_suffix(archive.suffix + ".new")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for entry in sorted(source.infolist(), key=lambda entry: entry.filename):
            info = zipfile.ZipInfo(entry.filename, when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(entry))
    shutil.move(fresh, archive)


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def dependencies(name):
    """What a project's lock file holds: other packages with their hash, and projects of ours."""
    lock = json.loads((ROOT / "src" / name / "packages.lock.json").read_text())
    for packages in lock["dependencies"].values():
        yield from packages.items()


def identifier(name, version=""):
    return "SPDXRef-" + "".join(c if c.isalnum() or c in ".-" else "-" for c in f"{name}-{version}".rstrip("-"))


def names_of_ours():
    return {folder.name.lower(): folder.name for folder in (ROOT / "src").iterdir() if folder.is_dir()}


def bill(name, version, archive):
    """The bill of materials of one package."""
    ours = names_of_ours()
    root = identifier(name, version)
    packages = [{
        "SPDXID": root, "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION", "licenseDeclared": "MIT",
        "licenseConcluded": "MIT", "copyrightText": "NOASSERTION", "supplier": "Organization: Switchboard", "filesAnalyzed": False,
        "checksums": [{"algorithm": "SHA256", "checksumValue": sha256(archive)}],
        "externalRefs": [reference(name, version)],
    }]
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": root}]
    seen, found = set(), dict(dependencies(name))
    at = {}
    for dependency, facts in found.items():
        is_ours = facts["type"] == "Project"
        shown = ours.get(dependency.lower(), dependency) if is_ours else dependency
        at[dependency.lower()] = identifier(shown, version if is_ours else facts["resolved"])
    for dependency, facts in sorted(found.items(), key=lambda item: item[0].lower()):
        # Analyzers are needed to build it, and are no part of it.
        if dependency in seen or dependency.endswith(("Analyzers", "ILLink.Tasks")):
            continue
        seen.add(dependency)
        is_ours = facts["type"] == "Project"
        shown, number = (ours.get(dependency.lower(), dependency), version) if is_ours else (dependency, facts["resolved"])
        package = {
            "SPDXID": at[dependency.lower()], "name": shown, "versionInfo": number, "downloadLocation": "NOASSERTION",
            "licenseDeclared": "MIT" if is_ours else "NOASSERTION", "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION",
            "filesAnalyzed": False, "externalRefs": [reference(shown, number)],
        }
        if "contentHash" in facts:
            package["checksums"] = [{"algorithm": "SHA512", "checksumValue": b64decode(facts["contentHash"]).hex()}]
        packages.append(package)
        if facts["type"] in ("Direct", "Project"):
            relations.append({"spdxElementId": root, "relationshipType": "DEPENDS_ON", "relatedSpdxElement": package["SPDXID"]})
        for below in sorted(facts.get("dependencies", {})):
            if below.lower() in at and not below.endswith("Analyzers"):
                relations.append({"spdxElementId": package["SPDXID"], "relationshipType": "DEPENDS_ON", "relatedSpdxElement": at[below.lower()]})
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"{name} {version}",
        "documentNamespace": f"urn:switchboard:spdx:{name}:{version}:{sha256(archive)}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(EPOCH)), "creators": ["Tool: tools/release/finish.py", "Organization: Switchboard"]},
        "packages": packages, "relationships": relations,
    }


def reference(name, version):
    return {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": f"pkg:nuget/{name}@{version}"}


def name_of(archive):
    with zipfile.ZipFile(archive) as package:
        nuspec = next(entry for entry in package.namelist() if entry.endswith(".nuspec"))
        metadata = ElementTree.fromstring(package.read(nuspec))[0]
    return next(child.text for child in metadata if child.tag.endswith("}id"))


def main(folder, version):
    for archive in sorted([*folder.glob("*.nupkg"), *folder.glob("*.snupkg")]):
        rewrite(archive)
    for archive in sorted(folder.glob("*.nupkg")):
        name = name_of(archive)
        (folder / f"{name}.{version}.spdx.json").write_text(json.dumps(bill(name, version, archive), indent=2) + "\n")
    files = sorted(file for file in folder.iterdir() if file.name != "SHA256SUMS")
    (folder / "SHA256SUMS").write_text("".join(f"{sha256(file)}  {file.name}\n" for file in files))


main(Path(sys.argv[1]), sys.argv[2])
