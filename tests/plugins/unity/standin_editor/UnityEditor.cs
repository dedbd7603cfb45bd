// Our own stand-in of the few types of Unity's editor that the package uses, written
// from Unity's public scripting reference: it is compiled, and never run.
using System;
using UnityEngine;

namespace UnityEngine
{
    public static class GUILayoutUtility
    {
        public static Rect GetRect(float width, float height)
        {
            throw new NotSupportedException();
        }
    }

    public static class GUILayout
    {
        public static bool Button(string text)
        {
            throw new NotSupportedException();
        }
    }
}

namespace UnityEditor
{
    public enum MessageType
    {
        None,
        Info,
        Warning,
        Error,
    }

    public sealed class CustomEditor : Attribute
    {
        public CustomEditor(Type inspectedType)
        {
        }
    }

    public sealed class MenuItem : Attribute
    {
        public MenuItem(string itemName)
        {
        }

        public MenuItem(string itemName, bool isValidateFunction)
        {
        }

        public MenuItem(string itemName, bool isValidateFunction, int priority)
        {
        }
    }

    public class Editor : ScriptableObject
    {
        public UnityEngine.Object target { get; set; }

        public virtual void OnInspectorGUI()
        {
        }

        public virtual bool RequiresConstantRepaint()
        {
            return false;
        }

        public bool DrawDefaultInspector()
        {
            throw new NotSupportedException();
        }
    }

    public static class EditorApplication
    {
        public delegate void CallbackFunction();

        public static CallbackFunction update;

        public static void QueuePlayerLoopUpdate()
        {
        }
    }

    public static class EditorGUI
    {
        public static void ProgressBar(Rect position, float value, string text)
        {
        }
    }

    public static class EditorGUILayout
    {
        public static void Space()
        {
        }

        public static void LabelField(string label, string label2)
        {
        }

        public static void HelpBox(string message, MessageType type)
        {
        }

        public static bool Foldout(bool foldout, string content)
        {
            return foldout;
        }
    }

    public static class EditorUtility
    {
        public static string SaveFilePanelInProject(
            string title, string defaultName, string extension, string message)
        {
            throw new NotSupportedException();
        }

        public static void SetDirty(UnityEngine.Object target)
        {
        }
    }

    public static class AssetDatabase
    {
        public static void CreateAsset(UnityEngine.Object asset, string path)
        {
        }
    }

    public static class Undo
    {
        public static void RecordObject(UnityEngine.Object objectToUndo, string name)
        {
        }

        public static T AddComponent<T>(GameObject gameObject) where T : Component
        {
            throw new NotSupportedException();
        }
    }

    public static class Selection
    {
        public static GameObject activeGameObject { get; set; }
    }
}
