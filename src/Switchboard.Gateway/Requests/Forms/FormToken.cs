namespace Switchboard.Gateway.Requests.Forms;

/// <summary>What a run of a form's bytes is.</summary>
internal enum FormToken
{
    /// <summary>More bytes are needed to tell.</summary>
    NeedMore,

    /// <summary>A boundary, and the headers of the part that it opens.</summary>
    PartHead,

    /// <summary>Content of the part.</summary>
    Data,

    /// <summary>The part is over; no bytes.</summary>
    PartEnd,

    /// <summary>The boundary that ends the form.</summary>
    End,

    /// <summary>A line end after that.</summary>
    Epilogue,

    /// <summary>It is no form, or servers might read it each in its own way.</summary>
    Broken,
}
