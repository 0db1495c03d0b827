using System.Globalization;
using WampRouter.Configuration;

namespace WampRouter.Server.Configuration;

/// <summary>Prints mistakes as a compiler does: one a line, in the order of the files, each with its place.</summary>
internal static class ConfigurationReport
{
    /// <summary>More than this nobody reads; the rest is counted.</summary>
    public const int MostShown = 200;

    /// <summary>Writes the block. Paths below the working directory are shown relative to it.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<ConfigurationMistake> mistakes, string workingDirectory)
    {
        WriteLines(writer, mistakes, workingDirectory);
        writer.WriteLine(mistakes.Count == 1
            ? "1 mistake in the configuration."
            : string.Create(CultureInfo.InvariantCulture, $"{mistakes.Count} mistakes in the configuration."));
    }

    /// <summary>Writes what is no mistake.</summary>
    public static void WriteNotes(TextWriter writer, IReadOnlyList<ConfigurationMistake> notes, string workingDirectory) =>
        WriteLines(writer, [.. notes.Select(note => note with { Message = $"note: {note.Message}" })], workingDirectory);

    /// <summary>Writes only the lines.</summary>
    public static void WriteLines(TextWriter writer, IReadOnlyList<ConfigurationMistake> mistakes, string workingDirectory)
    {
        foreach (var mistake in mistakes.Take(MostShown))
        {
            writer.WriteLine(Shorten(mistake.ToString(), workingDirectory));
        }

        if (mistakes.Count > MostShown)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {mistakes.Count - MostShown} more."));
        }
    }

    /// <summary>A text with paths below the working directory relative to it.</summary>
    public static string Shorten(string text, string workingDirectory) =>
        text.Replace(Path.TrimEndingDirectorySeparator(workingDirectory) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    /// <summary>The mistake behind an exception of the host's configuration sources, such as JSON that does not parse; null if it is another exception.</summary>
    public static ConfigurationMistake? Explain(Exception exception) => exception is InvalidDataException or FileNotFoundException
        ? new ConfigurationMistake("host settings", exception.Message + Innermost(exception))
        : null;

    private static string Innermost(Exception exception) =>
        exception.GetBaseException() is var cause && ReferenceEquals(cause, exception) ? "" : " " + cause.Message;
}
