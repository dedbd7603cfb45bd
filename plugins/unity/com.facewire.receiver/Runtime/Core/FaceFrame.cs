using System;

namespace Facewire
{
    /// <summary>One face at one instant, as it arrived or as it is played.</summary>
    /// <remarks>
    /// A frame is made once and filled again, so that playing a face allocates nothing.
    /// Times are nanoseconds on the sender's clock, which another machine does not share.
    /// </remarks>
    public sealed class FaceFrame
    {
        /// <summary>The longest name of an actor in characters.</summary>
        public const int MaxSubject = 256;

        /// <summary>The <see cref="Mood"/> of a face that holds no expression that is
        /// known, and of every face from a sender that does not say.</summary>
        public const int NoMood = -1;

        /// <summary>85 numbers in the order of <see cref="Channels"/>.</summary>
        public readonly float[] Vector = new float[Channels.Count];

        /// <summary>Eight probabilities; all 0 where no expression was identified.
        /// </summary>
        public readonly float[] Expression = new float[Channels.ExpressionCount];

        /// <summary>The one expression that the face holds, as the sender says: its place
        /// in <see cref="Channels.Expressions"/>, or <see cref="NoMood"/>. It does not
        /// flicker as the probabilities do.</summary>
        public int Mood = NoMood;

        /// <summary>The error that is expected of each of the 52 weights, 0 to 1. It
        /// counts only if <see cref="HasDoubt"/>.</summary>
        public readonly float[] Doubt = new float[Channels.CurveCount];

        /// <summary>False where the doubt is unknown.</summary>
        public bool HasDoubt;

        /// <summary>False while the last pose is held because no face is seen.</summary>
        public bool Tracked;

        /// <summary>0 to 1, the solver's own estimate.</summary>
        public double Confidence;

        /// <summary>Counts what was sent of this subject; a gap is a lost message.
        /// </summary>
        public ulong Seq;

        /// <summary>Counts images; a gap is an image that was dropped.</summary>
        public ulong Index;

        /// <summary>When the image arrived.</summary>
        public long CapturedNs;

        /// <summary>When this was sent; 0 if the stream does not say.</summary>
        public long SentNs;

        /// <summary>When the face is meant to be seen, on the clock of
        /// <see cref="CapturedNs"/>.</summary>
        public long DisplayNs;

        /// <summary>Whole frames since midnight, at the rate below.</summary>
        public int TimecodeFrame;

        /// <summary>The fraction of a frame, 0 to below 1.</summary>
        public double TimecodeSubframe;

        /// <summary>Timecode frames per second, numerator.</summary>
        public int RateNumerator = 60;

        /// <summary>Timecode frames per second, denominator; never 0.</summary>
        public int RateDenominator = 1;

        /// <summary>The actor's name in UTF-8, without an end mark.</summary>
        public readonly byte[] SubjectBytes = new byte[4 * MaxSubject];

        /// <summary>Bytes of <see cref="SubjectBytes"/> that count.</summary>
        public int SubjectLength;

        /// <summary>The timecode in seconds since midnight.</summary>
        public double TimecodeSeconds
        {
            get
            {
                double frames = TimecodeFrame + TimecodeSubframe;
                return frames * RateDenominator / RateNumerator;
            }
        }

        /// <summary>Return a weight, 0 to 1.</summary>
        /// <param name="at">Its place in <see cref="Channels.Curves"/>.</param>
        public float Weight(int at)
        {
            float value = Vector[at];
            // Written so that a number that is no number becomes 0.
            return value > 0f ? (value < 1f ? value : 1f) : 0f;
        }

        /// <summary>Take over all of another frame.</summary>
        public void CopyFrom(FaceFrame other)
        {
            CopyFactsFrom(other);
            Array.Copy(other.Vector, Vector, Vector.Length);
            Array.Copy(other.Expression, Expression, Expression.Length);
            Array.Copy(other.Doubt, Doubt, Doubt.Length);
        }

        /// <summary>Become the face between two others.</summary>
        /// <param name="before">The earlier face; its facts are taken over.</param>
        /// <param name="after">The later face.</param>
        /// <param name="share">0 for the earlier one, 1 for the later one.</param>
        /// <remarks>Rotation vectors are mixed number by number: between two frames they
        /// differ by a few degrees, where that is exact to a thousandth. Names are not
        /// mixed: the mood is the earlier face's, so that an expression begins when the
        /// face with which it began is due, and not before.</remarks>
        public void Between(FaceFrame before, FaceFrame after, float share)
        {
            CopyFactsFrom(before);
            HasDoubt = before.HasDoubt && after.HasDoubt;
            Mix(before.Vector, after.Vector, Vector, share);
            Mix(before.Expression, after.Expression, Expression, share);
            Mix(before.Doubt, after.Doubt, Doubt, share);
            CapturedNs += (long)((after.CapturedNs - before.CapturedNs) * (double)share);
            DisplayNs += (long)((after.DisplayNs - before.DisplayNs) * (double)share);
        }

        private void CopyFactsFrom(FaceFrame other)
        {
            HasDoubt = other.HasDoubt;
            Mood = other.Mood;
            Tracked = other.Tracked;
            Confidence = other.Confidence;
            Seq = other.Seq;
            Index = other.Index;
            CapturedNs = other.CapturedNs;
            SentNs = other.SentNs;
            DisplayNs = other.DisplayNs;
            TimecodeFrame = other.TimecodeFrame;
            TimecodeSubframe = other.TimecodeSubframe;
            RateNumerator = other.RateNumerator;
            RateDenominator = other.RateDenominator;
            SubjectLength = other.SubjectLength;
            Array.Copy(other.SubjectBytes, SubjectBytes, other.SubjectLength);
        }

        private static void Mix(float[] before, float[] after, float[] into, float share)
        {
            for (int i = 0; i < into.Length; i++)
            {
                into[i] = before[i] + (after[i] - before[i]) * share;
            }
        }
    }
}
