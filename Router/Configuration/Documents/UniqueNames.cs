using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Configuration.Documents;

/// <summary>Names that may be given only once, and where each was given.</summary>
/// <param name="what">What is named, such as <c>role</c>.</param>
internal sealed class UniqueNames(string what)
{
    private readonly Dictionary<string, (SourceText Source, int Offset)> _first = new(StringComparer.Ordinal);

    /// <summary>Takes the name; if it is taken already, says where.</summary>
    public bool TryAdd(string name, SourceText source, int offset, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (_first.TryAdd(name, (source, offset)))
        {
            return true;
        }

        var (first, at) = _first[name];
        var isHere = ReferenceEquals(first, source);
        problem = $"{what} {Words.Quote(name)} " + (first.IsCode
            ? isHere ? "is there twice" : $"is defined already by {first.FilePath}"
            : isHere ? $"is there twice; the first is on line {first.PositionOf(at).Line}" : $"is defined already in {first.FilePath}:{first.PositionOf(at)}");
        return false;
    }
}
