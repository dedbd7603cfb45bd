using System.Collections.Generic;
using UnityEngine;

namespace Facewire
{
    /// <summary>Moves the blend shapes of a character with a received face.</summary>
    [AddComponentMenu("Facewire/Face Driver")]
    [ExecuteAlways]
    [DisallowMultipleComponent]
    public sealed class FaceDriver : MonoBehaviour
    {
        [Tooltip("Empty: the receiver on this object or above it.")]
        [SerializeField] private FacewireReceiver receiver;

        [Tooltip("Empty: every skinned mesh on this object or below it.")]
        [SerializeField] private List<SkinnedMeshRenderer> renderers =
            new List<SkinnedMeshRenderer>();

        [Tooltip("Lines that win over the names of the blend shapes; may be empty.")]
        [SerializeField] private FaceMapping mapping;

        [Tooltip("Factor for all shapes.")]
        [SerializeField] [Range(0f, 2f)] private float gain = 1f;

        private readonly float[] sources = new float[CurveSources.Count];
        private List<ShapeDrive> drives = new List<ShapeDrive>();
        private List<ShapeBinding> bindings = new List<ShapeBinding>();
        private string problem;

        /// <summary>What moves the shapes that were found.</summary>
        public IList<ShapeDrive> Drives
        {
            get { return drives; }
        }

        /// <summary>The number of blend shapes that move, on all meshes.</summary>
        public int Moving
        {
            get { return bindings.Count; }
        }

        /// <summary>What is wrong and what to do; null if nothing is.</summary>
        public string Problem
        {
            get { return problem; }
        }

        /// <summary>The receiver.</summary>
        public FacewireReceiver Receiver
        {
            get { return receiver; }
            set { receiver = value; }
        }

        /// <summary>The mapping; call <see cref="Find"/> after a change.</summary>
        public FaceMapping Mapping
        {
            get { return mapping; }
            set { mapping = value; }
        }

        /// <summary>Find the meshes and their shapes again, after a change of either.
        /// </summary>
        [ContextMenu("Find Shapes Again")]
        public void Find()
        {
            Restore();
            List<SkinnedMeshRenderer> meshes = renderers;
            if (meshes.Count == 0)
            {
                meshes = new List<SkinnedMeshRenderer>();
                GetComponentsInChildren(true, meshes);
            }
            var names = new List<string>();
            foreach (SkinnedMeshRenderer one in meshes)
            {
                Mesh mesh = one == null ? null : one.sharedMesh;
                for (int i = 0; mesh != null && i < mesh.blendShapeCount; i++)
                {
                    names.Add(mesh.GetBlendShapeName(i));
                }
            }
            drives = ShapeDrives.ByNames(names);
            problem = mapping == null ? null : mapping.Apply(drives);
            bindings = ShapeBinding.All(meshes, drives);
            if (bindings.Count == 0 && problem == null)
            {
                problem = names.Count == 0
                    ? "no blend shapes: expected a skinned mesh with some below this object"
                    : "no blend shape has a name that is known: write a mapping "
                        + "(Assets > Create > Facewire > Face Mapping)";
            }
        }

        private void OnEnable()
        {
            if (receiver == null)
            {
                receiver = GetComponentInParent<FacewireReceiver>();
            }
            Find();
        }

        private void OnDisable()
        {
            Restore();
            bindings = new List<ShapeBinding>();
        }

        private void LateUpdate()
        {
            // After the Animator, which would otherwise overwrite the shapes.
            if (receiver == null || !receiver.HasFrame)
            {
                return;
            }
            CurveSources.Fill(receiver.Frame, sources);
            for (int i = 0; i < bindings.Count; i++)
            {
                bindings[i].Apply(sources, gain, receiver.Presence);
            }
        }

        private void Restore()
        {
            foreach (ShapeBinding binding in bindings)
            {
                binding.Restore();
            }
        }
    }
}
