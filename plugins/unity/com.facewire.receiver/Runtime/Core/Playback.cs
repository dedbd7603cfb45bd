namespace Facewire
{
    /// <summary>Which face is shown at an instant.</summary>
    public enum Playback
    {
        /// <summary>The newest one: the least delay, with the network's jitter.</summary>
        Newest,

        /// <summary>The one that is due after a fixed delay, so that motion is even.
        /// </summary>
        Buffered,

        /// <summary>As buffered, but by timecode: for several senders with one timecode,
        /// or for a timecode of your own.</summary>
        Timecode,
    }
}
