"""The module's rules, compiled and run beside a stand-in of Unreal's build tool."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .building import PLUGIN, PRIVATE, PUBLIC

RULES = PLUGIN / "Source" / "Facewire" / "Facewire.Build.cs"

STAND_IN = """
using System;
using System.Collections.Generic;

namespace UnrealBuildTool
{
    public enum UnrealTargetPlatform { Win64, Linux, Mac }

    public class ReadOnlyTargetRules
    {
        public UnrealTargetPlatform Platform;
    }

    public class ModuleRules
    {
        public enum PCHUsageMode { Default, NoPCHs, UseExplicitOrSharedPCHs }

        public PCHUsageMode PCHUsage;
        public bool bUseUnity = true;
        public List<string> PublicDependencyModuleNames = new List<string>();
        public List<string> PrivateDependencyModuleNames = new List<string>();
        public List<string> PublicSystemLibraries = new List<string>();

        public ModuleRules(ReadOnlyTargetRules target)
        {
        }
    }

    internal static class Program
    {
        private static void Main()
        {
            Array all = Enum.GetValues(typeof(UnrealTargetPlatform));
            foreach (UnrealTargetPlatform platform in all)
            {
                var target = new ReadOnlyTargetRules { Platform = platform };
                var rules = new Facewire(target);
                Console.WriteLine(string.Join(" ", new[]
                {
                    platform.ToString(), rules.PCHUsage.ToString(),
                    string.Join(",", rules.PublicDependencyModuleNames),
                    string.Join(",", rules.PrivateDependencyModuleNames),
                    string.Join(",", rules.PublicSystemLibraries),
                }));
            }
        }
    }
}
"""

MODULES = {
    "CoreMinimal.h": "Core",
    "HAL/": "Core",
    "Misc/": "Core",
    "Modules/": "Core",
    "ILiveLink": "LiveLinkInterface",
    "LiveLink": "LiveLinkInterface",
    "Roles/": "LiveLinkInterface",
    "Input/Reply.h": "SlateCore",
    "Widgets/SCompoundWidget.h": "SlateCore",
    "Widgets/DeclarativeSyntaxSupport.h": "SlateCore",
    "Widgets/SBoxPanel.h": "SlateCore",
    "Widgets/": "Slate",
}
"""By Unreal's documentation: which module a header is in, by how its path begins. The
first that fits counts."""


def module_of(header: str) -> str:
    found = [module for start, module in MODULES.items() if header.startswith(start)]
    assert found, f"{header}: in which module is it?"
    return found[0]


def headers() -> set[str]:
    """Return what the shell includes that is not its own."""
    texts = [p.read_text() for f in (PRIVATE, PUBLIC) for p in f.glob("*.[ch]*")]
    named = {name for text in texts for name in re.findall(r'#include "([^"]+)"', text)}
    own = ("Core/", "Facewire", "SFacewire")
    return {name for name in named if not name.startswith(own)}


def test_every_module_that_is_included_is_a_dependency(tmp_path: Path) -> None:
    if shutil.which("mcs") is None or shutil.which("mono") is None:
        pytest.skip("no mcs and mono: apt-get install mono-mcs mono-runtime")
    (tmp_path / "tool.cs").write_text(STAND_IN)
    made = tmp_path / "rules.exe"
    command = ["mcs", f"-out:{made}", str(RULES), str(tmp_path / "tool.cs")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    told = subprocess.run(
        ["mono", str(made)], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    rows = {row.split(" ")[0]: row.split(" ")[1:] for row in told.splitlines()}
    used = {module_of(header) for header in headers()}
    assert used == {"Core", "LiveLinkInterface", "SlateCore", "Slate"}
    for platform, (precompiled, public, private, libraries) in rows.items():
        depends = {*public.split(","), *private.split(",")}
        # UObjects need CoreUObject, and a button InputCore.
        assert depends == used | {"CoreUObject", "InputCore"}
        assert precompiled == "NoPCHs"
        assert libraries == ("ws2_32.lib" if platform == "Win64" else "")
    # What a public header includes, its users need as well.
    text = "".join(path.read_text() for path in PUBLIC.glob("*.h"))
    public_headers = set(re.findall(r'#include "([^"]+)"', text)) & headers()
    shared = {module_of(header) for header in public_headers}
    assert shared <= set(rows["Linux"][1].split(","))
