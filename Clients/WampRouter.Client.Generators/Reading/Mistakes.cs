using Microsoft.CodeAnalysis;

namespace WampRouter.Client.Generators;

/// <summary>Gathers the mistakes of one interface: all of them are told at once.</summary>
internal sealed class Mistakes(Place? fallback)
{
    private readonly List<Mistake> _mistakes = [];

    public bool Any => _mistakes.Count > 0;

    public EquatableArray<Mistake> All => new(_mistakes);

    /// <param name="rule">What was not kept to.</param>
    /// <param name="where">Where; what is declared in another assembly is told at the interface itself.</param>
    /// <param name="words">The words of its message.</param>
    public void Add(DiagnosticDescriptor rule, ISymbol where, params string[] words) => _mistakes.Add(new Mistake(rule, Place.Of(where) ?? fallback, new(words)));
}
