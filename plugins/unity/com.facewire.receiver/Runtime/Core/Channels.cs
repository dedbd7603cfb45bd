namespace Facewire
{
    /// <summary>
    /// The names of a frame's numbers, in order: 52 ARKit weights, ten rotation vectors
    /// and the head's position; then the eight expressions.
    /// </summary>
    /// <remarks>
    /// Left and right are always the actor's. Weights are 0 to 1, rotations radians and
    /// local to the parent, positions metres. Axes are right-handed: +X is the actor's
    /// left, +Y up, +Z out of the face.
    /// </remarks>
    public static class Channels
    {
        /// <summary>Weights; they come first in <see cref="FaceFrame.Vector"/>.</summary>
        public const int CurveCount = 52;

        /// <summary>Numbers of <see cref="FaceFrame.Vector"/>.</summary>
        public const int Count = 85;

        /// <summary>The place of the first bone's x.</summary>
        public const int RotationStart = CurveCount;

        /// <summary>The place of the head position's x.</summary>
        public const int PositionStart = RotationStart + 3 * BoneCount;

        /// <summary>Bones with a rotation.</summary>
        public const int BoneCount = 10;

        /// <summary>Probabilities of <see cref="FaceFrame.Expression"/>.</summary>
        public const int ExpressionCount = 8;

        /// <summary>ARKit's names of the weights, in the order of the stream.</summary>
        public static readonly string[] Curves =
        {
            "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft",
            "eyeLookUpLeft", "eyeSquintLeft", "eyeWideLeft",
            "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight",
            "eyeLookUpRight", "eyeSquintRight", "eyeWideRight",
            "jawForward", "jawLeft", "jawRight", "jawOpen",
            "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
            "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
            "mouthDimpleLeft", "mouthDimpleRight",
            "mouthStretchLeft", "mouthStretchRight",
            "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
            "mouthPressLeft", "mouthPressRight",
            "mouthLowerDownLeft", "mouthLowerDownRight",
            "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft", "browDownRight",
            "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
            "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight",
            "tongueOut",
        };

        /// <summary>The bones, from <see cref="RotationStart"/> on, three numbers each.
        /// </summary>
        public static readonly string[] Bones =
        {
            "head", "neck", "upperChest", "chest", "spine",
            "leftShoulder", "rightShoulder", "leftEye", "rightEye", "jaw",
        };

        /// <summary>The names of the probabilities.</summary>
        public static readonly string[] Expressions =
        {
            "neutral", "happiness", "surprise", "sadness",
            "anger", "disgust", "fear", "contempt",
        };

        /// <summary>Return the place of an ARKit weight, or -1.</summary>
        public static int Curve(string name)
        {
            return System.Array.IndexOf(Curves, name);
        }
    }

    /// <summary>A bone of a frame; its number is its place in
    /// <see cref="Channels.Bones"/>.</summary>
    public enum Bone
    {
        Head,
        Neck,
        UpperChest,
        Chest,
        Spine,
        LeftShoulder,
        RightShoulder,
        LeftEye,
        RightEye,
        Jaw,
    }

    /// <summary>An expression of a frame; its number is its place in
    /// <see cref="Channels.Expressions"/>.</summary>
    public enum Expression
    {
        Neutral,
        Happiness,
        Surprise,
        Sadness,
        Anger,
        Disgust,
        Fear,
        Contempt,
    }
}
