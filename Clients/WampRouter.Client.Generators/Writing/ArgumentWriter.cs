namespace WampRouter.Client.Generators;

/// <summary>Writes how received arguments become the parameters of a method.</summary>
internal static class ArgumentWriter
{
    /// <summary>Writes the reading, and returns the values in the order of the parameters.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="method">The method.</param>
    /// <param name="message">The variable with the invocation or event.</param>
    public static string[] Write(CodeWriter code, MethodModel method, string message)
    {
        var arguments = method.Parameters.Where(static parameter => parameter.Role <= ParameterRole.Named).ToList();
        var isStrict = !method.Link.IsTopic && method.First(ParameterRole.Invocation) is null && method.First(ParameterRole.Pieces) is null;
        if (arguments.Count > 0 || isStrict)
        {
            code.Line($"var reader = new {Code.Client}WampArgumentReader({message});");
        }

        var values = method.Parameters.Select((parameter, index) => Value(code, parameter, index, message, method.Link.IsTopic)).ToArray();
        if (isStrict)
        {
            code.Line($"reader.End({string.Join(", ", arguments.Select(static argument => Literal.Of(argument.WireName)))});");
        }

        return values;
    }

    private static string Value(CodeWriter code, ParameterModel parameter, int index, string message, bool isTopic)
    {
        // What is given is of the parameter's type, so that no other overload is called.
        switch (parameter.Role)
        {
            case ParameterRole.Positional or ParameterRole.Named:
                var reading = (parameter.Role == ParameterRole.Positional ? "Next" : "Named") + (parameter.Default is null ? string.Empty : "Or");
                var fallback = parameter.Default is null ? string.Empty : parameter.IsAbsentIfNull ? ", null!" : ", " + parameter.Default;
                code.Line($"var value{index} = reader.{reading}<{parameter.Type}>({Literal.Of(parameter.WireName)}{fallback});");
                return $"value{index}";
            case ParameterRole.Pieces:
                return $"{message}.ReadPiecesAsync<{parameter.Piece}>({message}.CancellationToken)";
            case ParameterRole.Cancellation:
                return isTopic ? $"default({parameter.Type})" : $"{message}.CancellationToken";
            case ParameterRole.Invocation or ParameterRole.Event:
                return message;
            default:
                return $"default({parameter.Type})!";
        }
    }
}
