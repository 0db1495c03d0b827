namespace WampRouter.Configuration;

/// <summary>One thing wrong in the configuration, or worth a second look (a note), told so that an admin can go there and put it right.</summary>
/// <param name="Source">The file or directory, or the key of a host setting such as <c>WampRouter:Listeners:0:Url</c>.</param>
/// <param name="Message">What is wrong and what would be right. Never holds a secret.</param>
internal sealed record ConfigurationMistake(string Source, string Message)
{
    /// <summary>Where in the file; null where the file as a whole is meant, or a host setting.</summary>
    public TextPosition? Position { get; init; }

    /// <summary>The JSON path of the value, such as <c>$.roles[0].name</c>; null where there is none.</summary>
    public string? Path { get; init; }

    /// <summary>The form compilers use, which editors and terminals turn into links: <c>file:line:column: path: message</c>.</summary>
    public override string ToString() =>
        Source
        + (Position is { } position ? $":{position}" : "")
        + (Path is null ? "" : $": {Path}")
        + $": {Message}";
}
