using System.Collections.Generic;
using UnityEngine;

namespace Facewire
{
    /// <summary>Turns the head, neck, eyes and spine of a character with a received
    /// face.</summary>
    [AddComponentMenu("Facewire/Bone Driver")]
    [ExecuteAlways]
    [DisallowMultipleComponent]
    public sealed class BoneDriver : MonoBehaviour
    {
        [Tooltip("Empty: the receiver on this object or above it.")]
        [SerializeField] private FacewireReceiver receiver;

        [Tooltip("The character's root, which looks along its +Z. Empty: this object.")]
        [SerializeField] private Transform model;

        [Tooltip("On: turns are added to the pose of a playing Animator. Off: to the pose "
            + "at rest.")]
        [SerializeField] private bool overAnimation;

        [Tooltip("The jaw has no bone here: most faces open their mouth by a blend shape. "
            + "Drag one in if yours does not.")]
        [SerializeField] private List<BoneSlot> bones = AllBones();

        private readonly BoneSlot[] byBone = new BoneSlot[Channels.BoneCount];

        /// <summary>The bones.</summary>
        public IList<BoneSlot> Bones
        {
            get { return bones; }
        }

        /// <summary>The receiver.</summary>
        public FacewireReceiver Receiver
        {
            get { return receiver; }
            set { receiver = value; }
        }

        /// <summary>True to add turns to the pose of a playing Animator.</summary>
        public bool OverAnimation
        {
            get { return overAnimation; }
            set { overAnimation = value; }
        }

        /// <summary>Take the pose that the character has now for its rest pose.</summary>
        [ContextMenu("Take Rest Pose Now")]
        public void TakeRestPose()
        {
            Transform root = model == null ? transform : model;
            foreach (BoneSlot slot in bones)
            {
                slot.TakeRest(root);
            }
            Sort();
        }

        /// <summary>Find bones by the avatar of a humanoid Animator.</summary>
        [ContextMenu("Find Bones Again")]
        public void Find()
        {
            var animator = GetComponentInChildren<Animator>();
            bool humanoid = animator != null && animator.isHuman;
            foreach (BoneSlot slot in bones)
            {
                HumanBodyBones human;
                if (humanoid && slot.Transform == null && IsHuman(slot.Bone, out human))
                {
                    slot.Transform = animator.GetBoneTransform(human);
                }
            }
        }

        private void OnEnable()
        {
            if (receiver == null)
            {
                receiver = GetComponentInParent<FacewireReceiver>();
            }
            Find();
            Transform root = model == null ? transform : model;
            foreach (BoneSlot slot in bones)
            {
                // What is known stays: scripts may be loaded again while a face plays.
                if (!slot.Known)
                {
                    slot.TakeRest(root);
                }
            }
            Sort();
        }

        private void OnDisable()
        {
            foreach (BoneSlot slot in bones)
            {
                slot.Restore();
            }
        }

        private void LateUpdate()
        {
            if (receiver == null || !receiver.HasFrame)
            {
                return;
            }
            bool over = overAnimation && Application.isPlaying;
            FaceFrame frame = receiver.Frame;
            Quaternion carried = Quaternion.identity;
            foreach (Bone bone in BoneTurns.Chain)
            {
                carried = carried * BoneTurns.Of(frame, bone);
                if (Apply(bone, carried, over))
                {
                    carried = Quaternion.identity;
                }
            }
            for (Bone bone = Bone.LeftShoulder; bone <= Bone.Jaw; bone++)
            {
                Apply(bone, BoneTurns.Of(frame, bone), over);
            }
        }

        private bool Apply(Bone bone, Quaternion turn, bool over)
        {
            BoneSlot slot = byBone[(int)bone];
            if (slot == null)
            {
                return false;
            }
            slot.Apply(turn, receiver.Presence, over);
            return true;
        }

        private void Sort()
        {
            System.Array.Clear(byBone, 0, byBone.Length);
            foreach (BoneSlot slot in bones)
            {
                if (slot.Known)
                {
                    byBone[(int)slot.Bone] = slot;
                }
            }
        }

        private static List<BoneSlot> AllBones()
        {
            var all = new List<BoneSlot>();
            for (Bone bone = Bone.Head; bone <= Bone.Jaw; bone++)
            {
                all.Add(new BoneSlot(bone));
            }
            return all;
        }

        private static bool IsHuman(Bone bone, out HumanBodyBones human)
        {
            switch (bone)
            {
                case Bone.Head:
                    human = HumanBodyBones.Head;
                    return true;
                case Bone.Neck:
                    human = HumanBodyBones.Neck;
                    return true;
                case Bone.UpperChest:
                    human = HumanBodyBones.UpperChest;
                    return true;
                case Bone.Chest:
                    human = HumanBodyBones.Chest;
                    return true;
                case Bone.Spine:
                    human = HumanBodyBones.Spine;
                    return true;
                case Bone.LeftShoulder:
                    human = HumanBodyBones.LeftShoulder;
                    return true;
                case Bone.RightShoulder:
                    human = HumanBodyBones.RightShoulder;
                    return true;
                case Bone.LeftEye:
                    human = HumanBodyBones.LeftEye;
                    return true;
                case Bone.RightEye:
                    human = HumanBodyBones.RightEye;
                    return true;
                default:
                    human = HumanBodyBones.Jaw;
                    return false;
            }
        }
    }
}
