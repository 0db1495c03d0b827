namespace WampRouter.Wire;

/// <summary>Doubles that stand for integers.</summary>
internal static class WholeDouble
{
    /// <summary>The integer a double stands for: it has no fraction and lies within ±2^53, where doubles are exact.</summary>
    public static bool TryGet(double value, out long whole)
    {
        whole = 0;
        if (!(Math.Abs(value) <= WireLimits.MaxId) || Math.Floor(value) != value)
        {
            return false;
        }

        whole = (long)value;
        return true;
    }
}
