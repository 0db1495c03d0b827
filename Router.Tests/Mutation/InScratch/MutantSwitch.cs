namespace WampRouter.Mutation.InScratch;

/// <summary>Which fault of those built into an assembly is on. Each mutated assembly has its own copy of this.</summary>
public static class MutantSwitch
{
    /// <summary>No assembly has more.</summary>
    public const int MaxMutants = 32 * 1024;

    private static readonly int Active = int.TryParse(Environment.GetEnvironmentVariable("WAMP_MUTANT"), out var mutant) ? mutant : 0;

    /// <summary>1 for each fault whose place was passed. Found by name from the test run.</summary>
    public static readonly byte[] Reached = new byte[MaxMutants];

    /// <summary>Asked at each place: whether this fault is on.</summary>
    public static bool Is(int mutant)
    {
        Reached[mutant] = 1;
        return mutant == Active;
    }
}
