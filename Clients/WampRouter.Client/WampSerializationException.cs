namespace WampRouter.Client;

/// <summary>
/// An argument or a result has no form that its receiver could read: its type is none that the serializer writes, or its value none that the connection's
/// format can say. Nothing was sent. The message names the type and says what to do.
/// </summary>
/// <param name="message">What cannot be sent and why.</param>
/// <param name="innerException">What the serializer threw.</param>
public sealed class WampSerializationException(string message, Exception? innerException = null) : Exception(message, innerException);
