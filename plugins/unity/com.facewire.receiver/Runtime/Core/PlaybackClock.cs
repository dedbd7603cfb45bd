namespace Facewire
{
    /// <summary>
    /// Finds how far a sender's time is from this machine's, from when frames arrive.
    /// </summary>
    /// <remarks>
    /// A frame can be late, never early: the least difference that was seen is the best.
    /// It creeps up by 100 parts in a million, so that two clocks may drift apart.
    /// </remarks>
    internal struct PlaybackClock
    {
        /// <summary>A larger difference means that the sender started again.</summary>
        private const long JumpNs = 1000000000L;

        private const long DriftPerMillion = 100L;

        private long offsetNs;
        private long arrivalNs;
        private bool known;

        /// <summary>Add to the sender's time to get this machine's.</summary>
        internal long OffsetNs
        {
            get { return offsetNs; }
        }

        /// <summary>Learn from one frame; return false where the sender's time jumped,
        /// so that older frames say nothing any more.</summary>
        internal bool Follow(long mediaNs, long nowNs)
        {
            long difference = nowNs - mediaNs;
            bool steady = known
                && difference - offsetNs < JumpNs && offsetNs - difference < JumpNs;
            if (!steady)
            {
                offsetNs = difference;
            }
            else
            {
                long since = nowNs - arrivalNs;
                long risen = offsetNs + since / 1000000L * DriftPerMillion;
                offsetNs = difference < risen ? difference : risen;
            }
            bool first = !known;
            known = true;
            arrivalNs = nowNs;
            return steady || first;
        }
    }
}
