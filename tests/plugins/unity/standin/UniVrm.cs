// The few types of UniVRM 0.104 and later that the VRM driver uses, written from its
// public interface.

using System.Collections.Generic;
using UnityEngine;

namespace UniVRM10
{
    public enum ExpressionPreset
    {
        custom, happy, aa, ih, ou, ee, oh, blink, blinkLeft, blinkRight, lookUp, neutral,
    }

    public struct ExpressionKey
    {
        public readonly ExpressionPreset Preset;
        public readonly string Name;

        public ExpressionKey(ExpressionPreset preset, string customName = null)
        {
            Preset = preset;
            Name = preset == ExpressionPreset.custom ? customName : preset.ToString();
        }

        public bool IsLookAt
        {
            get { return Preset == ExpressionPreset.lookUp; }
        }
    }

    public sealed class Vrm10RuntimeExpression
    {
        internal readonly List<ExpressionKey> Keys = new List<ExpressionKey>();
        internal readonly Dictionary<string, float> Weights = new Dictionary<string, float>();

        public IReadOnlyList<ExpressionKey> ExpressionKeys
        {
            get { return Keys; }
        }

        public void SetWeight(ExpressionKey key, float weight)
        {
            Weights[key.Name] = weight;
        }
    }

    public sealed class Vrm10Runtime
    {
        public Vrm10RuntimeExpression Expression { get; } = new Vrm10RuntimeExpression();
    }

    public class Vrm10Instance : MonoBehaviour
    {
        public Vrm10Runtime Runtime { get; } = new Vrm10Runtime();
    }
}
