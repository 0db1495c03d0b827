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
    public void Add(DocumentNode at, string message) => Add(at.Offset, at.Path, message);

    /// <summary>A mistake in the key of an object's member.</summary>
    public void AddAtKey(DocumentNode at, string message) => Add(at.KeyOffset, at.Path, message);

    /// <summary>A mistake at a byte of the file.</summary>
    public void Add(int offset, string path, string message) => _mistakes.Add((offset, At(offset, path, message)));

    /// <summary>Something about a value that is no mistake.</summary>
    public void AddNote(DocumentNode at, string message) => _notes.Add((at.Offset, At(at.Offset, at.Path, message)));

    private ConfigurationMistake At(int offset, string path, string message) => new(source.FilePath, message) { Position = source.IsCode ? null : source.PositionOf(offset), Path = path };
}
