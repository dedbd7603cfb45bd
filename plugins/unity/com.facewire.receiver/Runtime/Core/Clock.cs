using System.Diagnostics;

namespace Facewire
{
    /// <summary>This machine's monotonic clock.</summary>
    public static class Clock
    {
        /// <summary>Nanoseconds since some instant; never goes back.</summary>
        public static long NowNs
        {
            get
            {
                long ticks = Stopwatch.GetTimestamp();
                long second = Stopwatch.Frequency;
                // Whole seconds apart, because ticks * 1e9 would not fit 64 bits.
                return ticks / second * 1000000000L
                    + ticks % second * 1000000000L / second;
            }
        }
    }
}
