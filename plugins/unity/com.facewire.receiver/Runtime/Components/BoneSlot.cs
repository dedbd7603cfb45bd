using System;
using UnityEngine;

namespace Facewire
{
    /// <summary>One bone of a character, with its pose at rest.</summary>
    [Serializable]
    public sealed class BoneSlot
    {
        [SerializeField] private Bone bone;

        [Tooltip("Empty: found by the humanoid avatar; a bone that is not there gives its "
            + "turn to the next one toward the head.")]
        [SerializeField] private Transform transform;

        [Tooltip("Factor of the angle; -1 turns the other way.")]
        [SerializeField] [Range(-2f, 2f)] private float gain = 1f;

        [Tooltip("The greatest angle in degrees.")]
        [SerializeField] [Range(0f, 180f)] private float limit = 60f;

        [SerializeField] [HideInInspector] private Transform restOf;
        [SerializeField] [HideInInspector] private Quaternion rest;
        [SerializeField] [HideInInspector] private Quaternion parentInModel;

        /// <summary>Make the slot of a bone.</summary>
        public BoneSlot(Bone of)
        {
            bone = of;
        }

        /// <summary>Which bone of the face this is.</summary>
        public Bone Bone
        {
            get { return bone; }
        }

        /// <summary>The bone of the character, or null.</summary>
        public Transform Transform
        {
            get { return transform; }
            set { transform = value; }
        }

        /// <summary>Take the pose that the bone has now for its rest pose.</summary>
        /// <param name="model">The character's root, which looks along its +Z.</param>
        internal void TakeRest(Transform model)
        {
            restOf = transform;
            if (Known)
            {
                rest = transform.localRotation;
                Transform parent = transform.parent;
                Quaternion above = parent == null ? Quaternion.identity : parent.rotation;
                parentInModel = Quaternion.Inverse(model.rotation) * above;
            }
        }

        /// <summary>True once the rest pose of this very bone is known.</summary>
        internal bool Known
        {
            get { return transform != null && restOf == transform; }
        }

        /// <summary>Turn the bone from a pose.</summary>
        /// <param name="turn">In the character's own axes.</param>
        /// <param name="presence">0 for the pose itself, 1 for the whole turn.</param>
        /// <param name="overAnimation">True to turn from the pose that an animation has
        /// just given, false from the rest pose.</param>
        internal void Apply(Quaternion turn, float presence, bool overAnimation)
        {
            Quaternion limited = BoneTurns.Scaled(turn, gain * presence, limit);
            // The turn is about the model's axes; the bone has axes of its own.
            Quaternion local = Quaternion.Inverse(parentInModel) * limited * parentInModel;
            transform.localRotation = local * (overAnimation ? transform.localRotation : rest);
        }

        /// <summary>Give the bone its rest pose back.</summary>
        internal void Restore()
        {
            if (Known)
            {
                transform.localRotation = rest;
            }
        }
    }
}
