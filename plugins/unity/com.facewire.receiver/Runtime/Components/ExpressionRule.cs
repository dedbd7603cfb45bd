namespace Facewire
{
    /// <summary>Who says when an expression begins and ends.</summary>
    public enum ExpressionRule
    {
        /// <summary>The sender, which says in every face which expression is held; where
        /// a face does not say, the thresholds of each watch.</summary>
        Sender,

        /// <summary>Always the thresholds of each watch.</summary>
        Thresholds,
    }
}
