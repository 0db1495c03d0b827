namespace WampRouter.Configuration.Documents;

/// <summary>The mistakes of one file, as they are found.</summary>
internal sealed class MistakeList(SourceText source)
{
    private readonly List<(int Offset, ConfigurationMistake Mistake)> _mistakes = [];
    private readonly List<(int Offset, ConfigurationMistake Note)> _notes = [];

    /// <summary>The file they are in.</summary>
    public SourceText Source => source;

    /// <summary>In the order of the file, whatever the order in which the settings were read.</summary>
    public IEnumerable<ConfigurationMistake> InFileOrder => _mistakes.OrderBy(m => m.Offset).Select(m => m.Mistake);

    /// <summary>What is no mistake, but probably not what somebody meant; likewise.</summary>
    public IEnumerable<ConfigurationMistake> NotesInFileOrder => _notes.OrderBy(n => n.Offset).Select(n => n.Note);

    /// <summary>A mistake in a value.</summary>
    public void Add(DocumentNode at, string message) => Add(at.Offset, PathOf(at), message);

    /// <summary>A value that is something else than <paramref name="expected"/>. Code can only say null, or a number that is no value of an enum.</summary>
    public void AddKind(DocumentNode at, string expected) => Add(
        at,
        !source.IsCode ? $"must be {expected}, not {at.KindInWords}"
        : at.Kind == NodeKind.Null ? "must not be null"
        : $"must be {expected}, not {Words.Show(at.Text)}");

    /// <summary>A mistake in the key of an object's member.</summary>
    public void AddAtKey(DocumentNode at, string message) => Add(at.KeyOffset, PathOf(at), message);

    /// <summary>A mistake at a byte of the file.</summary>
    public void Add(int offset, string? path, string message) => _mistakes.Add((offset, At(offset, path, message)));

    /// <summary>Something about a value that is no mistake.</summary>
    public void AddNote(DocumentNode at, string message) => _notes.Add((at.Offset, At(at.Offset, PathOf(at), message)));

    private string? PathOf(DocumentNode node) => source.IsCode ? CodeWords.PathOf(node) : node.Path;

    private ConfigurationMistake At(int offset, string? path, string message) => new(source.FilePath, message) { Position = source.IsCode ? null : source.PositionOf(offset), Path = path };
}
