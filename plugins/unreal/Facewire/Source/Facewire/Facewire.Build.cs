// What the module is built from, for Unreal's build tool.

using UnrealBuildTool;

public class Facewire : ModuleRules
{
	public Facewire(ReadOnlyTargetRules Target) : base(Target)
	{
		// The core includes no header of the engine, so it cannot begin with one of its
		// precompiled headers, and its files are compiled one by one.
		PCHUsage = PCHUsageMode.NoPCHs;
		bUseUnity = false;

		PublicDependencyModuleNames.AddRange(new string[]
		{
			"Core",
			"CoreUObject",
			"LiveLinkInterface",
		});
		PrivateDependencyModuleNames.AddRange(new string[]
		{
			"Slate",
			"SlateCore",
			"InputCore",
		});
		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			// Core/Socket.cpp
			PublicSystemLibraries.Add("ws2_32.lib");
		}
	}
}
