using System;
using UnityEngine;

namespace Facewire
{
    /// <summary>Rotations of a frame as Unity has them.</summary>
    /// <remarks>
    /// A frame is right-handed with +X to the actor's left. Unity is left-handed, and a
    /// character that looks along +Z has its left at -X: x changes its sign. A rotation
    /// keeps its x part instead, as in the daemon's protocols/rotation.py.
    /// </remarks>
    public static class BoneTurns
    {
        /// <summary>The bones that carry the head, from below.</summary>
        internal static readonly Bone[] Chain =
        {
            Bone.Spine, Bone.Chest, Bone.UpperChest, Bone.Neck, Bone.Head,
        };

        /// <summary>Return a bone's turn, parent-local, in Unity's axes.</summary>
        public static Quaternion Of(FaceFrame frame, Bone bone)
        {
            int at = Channels.RotationStart + 3 * (int)bone;
            float[] from = frame.Vector;
            return FromVector(from[at], -from[at + 1], -from[at + 2]);
        }

        /// <summary>Return the head's position in metres, in Unity's axes, as the camera
        /// sees it.</summary>
        public static Vector3 HeadPosition(FaceFrame frame)
        {
            int at = Channels.PositionStart;
            float[] from = frame.Vector;
            return new Vector3(-from[at], from[at + 1], from[at + 2]);
        }

        /// <summary>Return the rotation of a rotation vector in radians.</summary>
        internal static Quaternion FromVector(float x, float y, float z)
        {
            double angle = Math.Sqrt((double)x * x + (double)y * y + (double)z * z);
            double share = angle < 1e-9 ? 0.5 : Math.Sin(0.5 * angle) / angle;
            return new Quaternion(
                (float)(x * share), (float)(y * share), (float)(z * share),
                (float)Math.Cos(0.5 * angle));
        }

        /// <summary>Return a rotation about the same axis by another angle.</summary>
        /// <param name="turn">Of unit length.</param>
        /// <param name="gain">Factor of the angle.</param>
        /// <param name="limit">The greatest angle, degrees.</param>
        internal static Quaternion Scaled(Quaternion turn, float gain, float limit)
        {
            double sign = turn.w < 0f ? -1.0 : 1.0;
            double x = sign * turn.x;
            double y = sign * turn.y;
            double z = sign * turn.z;
            double sine = Math.Sqrt(x * x + y * y + z * z);
            if (sine < 1e-9)
            {
                return Quaternion.identity;
            }
            double angle = 2.0 * Math.Atan2(sine, sign * turn.w) * gain;
            double most = limit * Math.PI / 180.0;
            angle = Math.Min(Math.Max(angle, -most), most);
            double share = angle / sine;
            return FromVector((float)(x * share), (float)(y * share), (float)(z * share));
        }
    }
}
