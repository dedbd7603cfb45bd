using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace Facewire.Editing
{
    /// <summary>Shows what moves a character's blend shapes.</summary>
    [CustomEditor(typeof(FaceDriver))]
    internal sealed class FaceDriverInspector : Editor
    {
        private bool list;

        public override void OnInspectorGUI()
        {
            DrawDefaultInspector();
            var driver = (FaceDriver)target;
            EditorGUILayout.Space();
            if (driver.Problem != null)
            {
                EditorGUILayout.HelpBox(driver.Problem, MessageType.Warning);
            }
            var moved = new HashSet<int>();
            foreach (ShapeDrive drive in driver.Drives)
            {
                moved.Add(drive.Source);
            }
            int curves = 0;
            foreach (int source in moved)
            {
                curves += source < Channels.CurveCount ? 1 : 0;
            }
            EditorGUILayout.LabelField(
                "Found", curves + " of 52 curves move " + driver.Moving + " blend shapes");
            list = EditorGUILayout.Foldout(list, "What moves what");
            foreach (ShapeDrive drive in driver.Drives)
            {
                if (list)
                {
                    EditorGUILayout.LabelField(CurveSources.Name(drive.Source), drive.Shape);
                }
            }
            if (GUILayout.Button("Find Shapes Again"))
            {
                driver.Find();
            }
            if (GUILayout.Button("Write What Was Found to a Mapping"))
            {
                Write(driver);
            }
        }

        private static void Write(FaceDriver driver)
        {
            string path = EditorUtility.SaveFilePanelInProject(
                "Face mapping", driver.gameObject.name + " Mapping", "asset",
                "Where to write the mapping");
            if (string.IsNullOrEmpty(path))
            {
                return;
            }
            var mapping = ScriptableObject.CreateInstance<FaceMapping>();
            foreach (ShapeDrive drive in driver.Drives)
            {
                mapping.Rows.Add(new FaceMapping.Row(drive));
            }
            AssetDatabase.CreateAsset(mapping, path);
            Undo.RecordObject(driver, "Use a face mapping");
            driver.Mapping = mapping;
            EditorUtility.SetDirty(driver);
        }
    }
}
