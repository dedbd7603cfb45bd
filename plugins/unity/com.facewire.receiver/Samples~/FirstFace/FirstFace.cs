using UnityEngine;

namespace Facewire.Samples
{
    /// <summary>
    /// A face of spheres and boxes that moves with yours. It needs no model, and shows
    /// how a script of your own reads a face.
    /// </summary>
    public sealed class FirstFace : MonoBehaviour
    {
        [SerializeField] private FacewireReceiver receiver;

        private Transform head;
        private Transform jaw;
        private Transform leftEye;
        private Transform rightEye;
        private Transform leftBrow;
        private Transform rightBrow;

        private static readonly int Jaw = Channels.Curve("jawOpen");
        private static readonly int LeftBlink = Channels.Curve("eyeBlinkLeft");
        private static readonly int RightBlink = Channels.Curve("eyeBlinkRight");
        private static readonly int InnerUp = Channels.Curve("browInnerUp");
        private static readonly int LeftUp = Channels.Curve("browOuterUpLeft");
        private static readonly int RightUp = Channels.Curve("browOuterUpRight");

        private void Awake()
        {
            if (receiver == null)
            {
                receiver = GetComponent<FacewireReceiver>();
            }
            head = new GameObject("Head").transform;
            head.SetParent(transform, false);
            Part(PrimitiveType.Sphere, Vector3.zero, new Vector3(1f, 1.25f, 1f));
            // The face looks along +Z: its left is at -X.
            leftEye = Part(PrimitiveType.Sphere, new Vector3(-0.2f, 0.15f, 0.42f), Eye(1f));
            rightEye = Part(PrimitiveType.Sphere, new Vector3(0.2f, 0.15f, 0.42f), Eye(1f));
            leftBrow = Part(PrimitiveType.Cube, Brow(-1f, 0f), new Vector3(0.22f, 0.04f, 0.1f));
            rightBrow = Part(PrimitiveType.Cube, Brow(1f, 0f), new Vector3(0.22f, 0.04f, 0.1f));
            jaw = Part(PrimitiveType.Cube, Mouth(0f), new Vector3(0.35f, 0.12f, 0.15f));
        }

        private void LateUpdate()
        {
            if (receiver == null || !receiver.HasFrame)
            {
                return;
            }
            FaceFrame face = receiver.Frame;
            float there = receiver.Presence;
            head.localRotation = BoneTurns.Of(face, Bone.Neck) * BoneTurns.Of(face, Bone.Head);
            leftEye.localScale = Eye(1f - there * face.Weight(LeftBlink));
            rightEye.localScale = Eye(1f - there * face.Weight(RightBlink));
            float inner = there * face.Weight(InnerUp);
            leftBrow.localPosition = Brow(-1f, inner + there * face.Weight(LeftUp));
            rightBrow.localPosition = Brow(1f, inner + there * face.Weight(RightUp));
            jaw.localPosition = Mouth(there * face.Weight(Jaw));
        }

        private Transform Part(PrimitiveType kind, Vector3 at, Vector3 size)
        {
            Transform part = GameObject.CreatePrimitive(kind).transform;
            part.SetParent(head, false);
            part.localPosition = at;
            part.localScale = size;
            return part;
        }

        private static Vector3 Eye(float open)
        {
            return new Vector3(0.18f, 0.02f + 0.16f * open, 0.18f);
        }

        private static Vector3 Brow(float side, float up)
        {
            return new Vector3(0.2f * side, 0.32f + 0.1f * up, 0.42f);
        }

        private static Vector3 Mouth(float open)
        {
            return new Vector3(0f, -0.35f - 0.2f * open, 0.36f);
        }
    }
}
