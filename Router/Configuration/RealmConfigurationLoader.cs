using System.Globalization;
using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>Reads realms from files and from code. A router with half of its realms would be worse than none, so it is all or nothing.</summary>
/// <param name="hasLoginInCode">Whether a realm has a way in that only code knows, by its name; null: none has.</param>
internal sealed class RealmConfigurationLoader(Func<string, bool>? hasLoginInCode = null)
{
    /// <summary>The names of realm files.</summary>
    public const string Pattern = "*.json";

    // Hidden files are left out: editors put their locks and copies beside the file they work on.
    private static readonly EnumerationOptions VisibleFiles = new()
    {
        AttributesToSkip = FileAttributes.Hidden,
        IgnoreInaccessible = false,
        MatchCasing = MatchCasing.CaseInsensitive,
    };

    private readonly List<ConfigurationMistake> _mistakes = [];
    private readonly List<ConfigurationMistake> _notes = [];
    private readonly List<RealmConfiguration> _realms = [];
    private readonly List<string> _files = [];
    private readonly UniqueNames _names = new("realm");

    /// <summary>The realm files of the directories that were added, right or wrong, as full paths where those are.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Every realm, or every mistake.</summary>
    public RealmConfigurationResult Result =>
        _mistakes.Count > 0 ? new RealmConfigurationResult { Mistakes = _mistakes } : new RealmConfigurationResult { Realms = _realms, Notes = _notes };

    /// <summary>Reads every <c>*.json</c> of a directory (not of directories in it). The names of files in mistakes begin with <paramref name="directory"/> as given.</summary>
    public static RealmConfigurationResult Load(string directory)
    {
        var loader = new RealmConfigurationLoader();
        loader.AddDirectory(directory);
        return loader.Result;
    }

    /// <summary>Reads one file.</summary>
    public static RealmConfigurationResult LoadFile(string path)
    {
        var loader = new RealmConfigurationLoader();
        loader.AddFile(path);
        return loader.Result;
    }

    /// <summary>Adds those that code describes: they are read as the files are that would say the same, so that one set of rules judges both.</summary>
    public void Add(IEnumerable<WampRealmOptions> realms)
    {
        var calls = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var realm in realms)
        {
            var call = CodeWords.Call("AddRealm", realm.Name);
            calls[realm.Name] = calls.GetValueOrDefault(realm.Name) + 1;
            var place = calls[realm.Name] == 1 ? call : string.Create(CultureInfo.InvariantCulture, $"{call}, call {calls[realm.Name]} of this name");
            var json = realm.ToUtf8Json();
            if (json.Length > SourceFile.MaxBytes)
            {
                _mistakes.Add(new ConfigurationMistake(place, $"is larger than {SourceFile.MaxBytes / 1024 / 1024} MiB as a realm file, the most a realm may have"));
                continue;
            }

            Add(SourceText.OfCode(place, json));
        }
    }

    /// <summary>Takes it for a mistake if nobody has described a realm, right or wrong.</summary>
    public void RequireOne()
    {
        if (_realms.Count + _mistakes.Count == 0)
        {
            _mistakes.Add(new ConfigurationMistake("AddWampRouter", "there is no realm; describe one with AddRealm, or name a directory of realm files with AddRealmFiles"));
        }
    }

    /// <summary>Adds every realm file of a directory.</summary>
    public void AddDirectory(string directory)
    {
        var files = Find(directory, _mistakes);
        _files.AddRange(files);
        foreach (var path in files)
        {
            AddFile(path);
        }
    }

    /// <summary>Whether there are files to read in a directory. One that may not be looked into counts as having some, so that the mistake is told of.</summary>
    public static bool HasFiles(string directory)
    {
        try
        {
            return Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory, Pattern, VisibleFiles).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private void AddFile(string path)
    {
        if (SourceFile.Read(path, _mistakes) is { } source)
        {
            Add(source);
        }
    }

    private void Add(SourceText source)
    {
        var found = new MistakeList(source);
        var root = DocumentParser.Parse(found);
        if (root is { Kind: NodeKind.Object } && SettingsFile.HasRouterSection(root))
        {
            _mistakes.Add(new ConfigurationMistake(source.FilePath, $"is a file of settings and no realm, as it has a section '{WampRouterOptions.SectionName}'; it is checked by check-config --settings FILE"));
            return;
        }

        var realm = root is null ? null : ObjectReader.Read(root, found, reader => new RealmFile(_names, hasLoginInCode).Read(reader, source.FilePath));
        _mistakes.AddRange(found.InFileOrder);
        _notes.AddRange(found.NotesInFileOrder);
        if (realm is not null)
        {
            _realms.Add(realm);
        }
    }

    private static string[] Find(string directory, List<ConfigurationMistake> mistakes)
    {
        try
        {
            var files = Directory.GetFileSystemEntries(directory, Pattern, VisibleFiles);     // a directory of such a name is there by mistake, and to be told of
            Array.Sort(files, StringComparer.Ordinal);
            if (files.Length == 0)
            {
                mistakes.Add(new ConfigurationMistake(directory, "holds no *.json file; the router needs at least one realm"));
            }

            return files;
        }
        catch (DirectoryNotFoundException)
        {
            mistakes.Add(new ConfigurationMistake(directory, "there is no such directory; it must hold one *.json file for each realm"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new ConfigurationMistake(directory, $"cannot be read: {e.Message}"));
        }

        return [];
    }
}
