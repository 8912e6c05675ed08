namespace Switchboard.Gateway.Access;

/// <summary>Why a secret that a setting stands for cannot be had.</summary>
public enum SecretFault
{
    /// <summary>It can.</summary>
    None,

    /// <summary>The records could not be read since the start.</summary>
    NotRead,

    /// <summary>None is kept under that name.</summary>
    NotKept,

    /// <summary>It was encrypted with a key that is not known here, or was changed since.</summary>
    Unreadable,

    /// <summary>It is nothing that could be sent.</summary>
    Unfit,
}
