using UnityEditor;
using UnityEngine;

namespace Facewire.Editing
{
    /// <summary>Shows what a receiver receives, with live bars.</summary>
    [CustomEditor(typeof(FacewireReceiver))]
    internal sealed class ReceiverInspector : Editor
    {
        private const float BarHeight = 16f;

        private bool curves = true;
        private bool expressions = true;

        public override bool RequiresConstantRepaint()
        {
            return ((FacewireReceiver)target).State != StreamState.Stopped;
        }

        public override void OnInspectorGUI()
        {
            DrawDefaultInspector();
            var receiver = (FacewireReceiver)target;
            EditorGUILayout.Space();
            EditorGUILayout.LabelField("State", Words(receiver));
            if (receiver.Problem != null)
            {
                bool failed = receiver.State != StreamState.Receiving;
                EditorGUILayout.HelpBox(
                    receiver.Problem, failed ? MessageType.Error : MessageType.Warning);
            }
            string name;
            double rateHz;
            for (int at = 0; receiver.TryGetSubject(at, out name, out rateHz); at++)
            {
                EditorGUILayout.LabelField(name, rateHz.ToString("0") + " frames a second");
            }
            Statistics all = receiver.Statistics;
            EditorGUILayout.LabelField(
                "Faces", all.Frames + " taken, " + all.Lost + " lost, " + all.Late + " late, "
                + all.Refused + " messages refused");
            if (receiver.HasFrame)
            {
                Bars(receiver.Frame);
            }
        }

        private void Bars(FaceFrame frame)
        {
            EditorGUILayout.LabelField(
                "Timecode", frame.TimecodeSeconds.ToString("0.000") + " s since midnight");
            EditorGUILayout.LabelField(
                "Confidence", frame.Confidence.ToString("0.00")
                + (frame.Tracked ? string.Empty : ", held: no face is seen"));
            EditorGUILayout.LabelField(
                "Holds", frame.Mood == FaceFrame.NoMood
                    ? "not known"
                    : Channels.Expressions[frame.Mood]);
            expressions = EditorGUILayout.Foldout(expressions, "Expressions");
            for (int i = 0; expressions && i < Channels.ExpressionCount; i++)
            {
                Bar(Channels.Expressions[i], frame.Expression[i], string.Empty);
            }
            curves = EditorGUILayout.Foldout(curves, "Curves");
            for (int i = 0; curves && i < Channels.CurveCount; i++)
            {
                string doubt = frame.HasDoubt ? " +- " + frame.Doubt[i].ToString("0.00") : "";
                Bar(Channels.Curves[i], frame.Weight(i), doubt);
            }
        }

        private static void Bar(string name, float value, string more)
        {
            Rect at = GUILayoutUtility.GetRect(100f, BarHeight);
            EditorGUI.ProgressBar(at, value, name + " " + value.ToString("0.00") + more);
        }

        private static string Words(FacewireReceiver receiver)
        {
            switch (receiver.State)
            {
                case StreamState.Failed:
                    return "Not open; trying again";
                case StreamState.Waiting:
                    return "Open; no face has arrived yet";
                case StreamState.Receiving:
                    return receiver.Presence > 0f
                        ? "Receiving"
                        : receiver.HasFrame
                            ? "No face for a while; neutral"
                            : "Other actors arrive, but not " + receiver.Subject;
                default:
                    return receiver.Problem == null
                        ? "Closed; press Play, or switch the preview on"
                        : "Not open; mend the source";
            }
        }
    }
}
