/** A file that does not load; the server must report an import error. */
throw new RangeError("this file is broken on purpose");
