using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>Reads the realm files of a directory. A router with half of its realms would be worse than none, so it is all or nothing.</summary>
internal static class RealmConfigurationLoader
{
    private const string Pattern = "*.json";

    // Hidden files are left out: editors put their locks and copies beside the file they work on.
    private static readonly EnumerationOptions VisibleFiles = new()
    {
        AttributesToSkip = FileAttributes.Hidden,
        IgnoreInaccessible = false,
        MatchCasing = MatchCasing.CaseInsensitive,
    };

    /// <summary>Reads every <c>*.json</c> of the directory (not of directories in it). The names of files in mistakes begin with <paramref name="directory"/> as given.</summary>
    public static RealmConfigurationResult Load(string directory)
    {
        var mistakes = new List<ConfigurationMistake>();
        return Load(Find(directory, mistakes), mistakes);
    }

    /// <summary>Reads one file.</summary>
    public static RealmConfigurationResult LoadFile(string path) => Load([path], []);

    private static RealmConfigurationResult Load(string[] paths, List<ConfigurationMistake> mistakes)
    {
        var notes = new List<ConfigurationMistake>();
        var realms = new List<RealmConfiguration>();
        var names = new UniqueNames("realm");
        foreach (var path in paths)
        {
            if (SourceFile.Read(path, mistakes) is { } source && Read(source, names, mistakes, notes) is { } realm)
            {
                realms.Add(realm);
            }
        }

        return mistakes.Count > 0 ? new RealmConfigurationResult { Mistakes = mistakes } : new RealmConfigurationResult { Realms = realms, Notes = notes };
    }

    /// <summary>Whether there are files to read in a directory. One that may not be looked into counts as having some, so that the mistake is told of.</summary>
    public static bool HasFiles(string directory)
    {
        try
        {
            return Directory.Exists(directory) && Directory.EnumerateFiles(directory, Pattern, VisibleFiles).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static RealmConfiguration? Read(SourceText source, UniqueNames realmNames, List<ConfigurationMistake> mistakes, List<ConfigurationMistake> notes)
    {
        var found = new MistakeList(source);
        var root = DocumentParser.Parse(found);
        if (root is { Kind: NodeKind.Object } && SettingsFile.HasRouterSection(root))
        {
            mistakes.Add(new ConfigurationMistake(source.FilePath, $"is a file of settings and no realm, as it has a section '{RouterOptions.SectionName}'; it is checked by check-config --settings FILE"));
            return null;
        }

        var realm = root is null ? null : ObjectReader.Read(root, found, reader => new RealmFile(realmNames).Read(reader, source.FilePath));
        mistakes.AddRange(found.InFileOrder);
        notes.AddRange(found.NotesInFileOrder);
        return realm;
    }

    private static string[] Find(string directory, List<ConfigurationMistake> mistakes)
    {
        try
        {
            var files = Directory.GetFiles(directory, Pattern, VisibleFiles);
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
