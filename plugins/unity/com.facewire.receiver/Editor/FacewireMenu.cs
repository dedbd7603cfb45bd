using UnityEditor;
using UnityEngine;

namespace Facewire.Editing
{
    /// <summary>The entries of the menu GameObject > Facewire.</summary>
    internal static class FacewireMenu
    {
        private const string Drive = "GameObject/Facewire/Drive This Character";

        [MenuItem(Drive, false, 10)]
        private static void DriveThis()
        {
            GameObject character = Selection.activeGameObject;
            Add<FacewireReceiver>(character);
            Add<FaceDriver>(character);
            Add<BoneDriver>(character);
        }

        [MenuItem(Drive, true)]
        private static bool CanDriveThis()
        {
            return Selection.activeGameObject != null;
        }

        private static void Add<T>(GameObject to) where T : Component
        {
            if (to.GetComponent<T>() == null)
            {
                Undo.AddComponent<T>(to);
            }
        }
    }
}
