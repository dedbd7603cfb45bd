using System.Collections.Generic;
using UnityEngine;
using UniVRM10;

namespace Facewire
{
    /// <summary>Moves the expressions of a VRM 1.0 character, by their names, with a
    /// received face.</summary>
    /// <remarks>It is there where UniVRM is installed as a package. UniVRM sets all shapes
    /// of its expressions in every frame, so <see cref="FaceDriver"/> could not move
    /// them; it is switched off beside this component. Only while playing.</remarks>
    [AddComponentMenu("Facewire/VRM Driver")]
    [DisallowMultipleComponent]
    public sealed class VrmDriver : MonoBehaviour
    {
        [Tooltip("Empty: the receiver on this object or above it.")]
        [SerializeField] private FacewireReceiver receiver;

        [Tooltip("Empty: the VRM on this object or below it.")]
        [SerializeField] private Vrm10Instance vrm;

        [Tooltip("Factor for all expressions.")]
        [SerializeField] [Range(0f, 2f)] private float gain = 1f;

        private readonly float[] sources = new float[CurveSources.Count];
        private readonly List<ExpressionKey> keys = new List<ExpressionKey>();
        private readonly List<ShapeDrive[]> drives = new List<ShapeDrive[]>();
        private bool known;

        /// <summary>The number of expressions that move.</summary>
        public int Moving
        {
            get { return keys.Count; }
        }

        /// <summary>The receiver.</summary>
        public FacewireReceiver Receiver
        {
            get { return receiver; }
            set { receiver = value; }
        }

        /// <summary>Find the expressions again, after a change of the VRM.</summary>
        public void Find()
        {
            keys.Clear();
            drives.Clear();
            known = vrm != null;
            if (!known)
            {
                return;
            }
            var names = new List<string>();
            foreach (ExpressionKey key in vrm.Runtime.Expression.ExpressionKeys)
            {
                // Bone Driver turns the eyes.
                if (!key.IsLookAt)
                {
                    names.Add(key.Name);
                }
            }
            List<ShapeDrive> found = ShapeDrives.ByNames(names);
            foreach (ExpressionKey key in vrm.Runtime.Expression.ExpressionKeys)
            {
                ShapeDrive[] own = key.IsLookAt
                    ? new ShapeDrive[0] : found.FindAll(one => one.Shape == key.Name).ToArray();
                if (own.Length > 0)
                {
                    keys.Add(key);
                    drives.Add(own);
                }
            }
        }

        private void OnEnable()
        {
            if (receiver == null)
            {
                receiver = GetComponentInParent<FacewireReceiver>();
            }
            if (vrm == null)
            {
                vrm = GetComponentInChildren<Vrm10Instance>();
            }
            var driver = GetComponent<FaceDriver>();
            if (driver != null)
            {
                driver.enabled = false;
            }
            known = false;
        }

        private void OnDisable()
        {
            Set(0f);
        }

        private void LateUpdate()
        {
            // Before UniVRM, whose components run last.
            if (receiver == null || !receiver.HasFrame)
            {
                return;
            }
            if (!known)
            {
                Find();
            }
            CurveSources.Fill(receiver.Frame, sources);
            Set(receiver.Presence);
        }

        private void Set(float presence)
        {
            for (int i = 0; i < keys.Count && vrm != null; i++)
            {
                float value = ShapeDrives.Value(drives[i], sources, gain);
                vrm.Runtime.Expression.SetWeight(keys[i], Mathf.Clamp(value, 0f, 1f) * presence);
            }
        }
    }
}
