namespace Switchboard.Client.Helpers;

/// <summary>What a new piece of JSON does to what is there.</summary>
internal enum Growth
{
    /// <summary>Texts are appended; list entries join those with their index, or follow the others.</summary>
    Append,

    /// <summary>The same, and the index that joined an entry is not kept.</summary>
    AppendByIndex,

    /// <summary>Objects are joined; texts, numbers and lists take the place of what was there.</summary>
    Replace,
}
