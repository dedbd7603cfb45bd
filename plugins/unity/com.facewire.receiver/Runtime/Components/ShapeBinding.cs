using System.Collections.Generic;
using UnityEngine;

namespace Facewire
{
    /// <summary>One blend shape of one renderer, and what moves it.</summary>
    internal sealed class ShapeBinding
    {
        private readonly SkinnedMeshRenderer renderer;
        private readonly int shape;
        private readonly float whole;
        private readonly float before;
        private readonly ShapeDrive[] drives;
        private readonly float low;
        private readonly float high;

        private ShapeBinding(SkinnedMeshRenderer of, int index, ShapeDrive[] by)
        {
            renderer = of;
            shape = index;
            drives = by;
            Mesh mesh = of.sharedMesh;
            int frames = mesh.GetBlendShapeFrameCount(index);
            // 100 as a rule; some importers write 1.
            whole = frames > 0 ? mesh.GetBlendShapeFrameWeight(index, frames - 1) : 100f;
            before = of.GetBlendShapeWeight(index);
            high = 1f;
            foreach (ShapeDrive drive in by)
            {
                low = Mathf.Min(low, drive.Low);
                high = Mathf.Max(high, drive.High);
            }
        }

        /// <summary>Return the bindings of all shapes that have a drive.</summary>
        internal static List<ShapeBinding> All(
            IEnumerable<SkinnedMeshRenderer> renderers, List<ShapeDrive> drives)
        {
            var found = new List<ShapeBinding>();
            foreach (SkinnedMeshRenderer one in renderers)
            {
                Mesh mesh = one == null ? null : one.sharedMesh;
                for (int i = 0; mesh != null && i < mesh.blendShapeCount; i++)
                {
                    string name = mesh.GetBlendShapeName(i);
                    List<ShapeDrive> own = drives.FindAll(drive => drive.Shape == name);
                    if (own.Count > 0)
                    {
                        found.Add(new ShapeBinding(one, i, own.ToArray()));
                    }
                }
            }
            return found;
        }

        /// <summary>Set the shape.</summary>
        /// <param name="sources">The values of <see cref="CurveSources"/>.</param>
        /// <param name="gain">Factor for all shapes.</param>
        /// <param name="presence">0 for neutral, 1 for the face.</param>
        internal void Apply(float[] sources, float gain, float presence)
        {
            if (renderer != null)
            {
                float value = ShapeDrives.Value(drives, sources, gain);
                value = Mathf.Clamp(value, low, high) * presence;
                renderer.SetBlendShapeWeight(shape, value * whole);
            }
        }

        /// <summary>Set the shape as it was found.</summary>
        internal void Restore()
        {
            if (renderer != null)
            {
                renderer.SetBlendShapeWeight(shape, before);
            }
        }
    }
}
